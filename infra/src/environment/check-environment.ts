import { InvalidSettings, VARIABLE_NAMES } from '@user-management/settings';
import type { z } from 'zod';
import { contradictions, contradictionsWith } from './contradictions.ts';
import { ENVIRONMENT, type Environment } from './environment.ts';
import { isSecret } from './wired-variables.ts';
import { settingsOf, wire } from './wiring.ts';

/** An environment that nothing can be made of. The message lists every problem. */
export class InvalidEnvironment extends Error {
  readonly problems: readonly string[];

  constructor(name: string, problems: readonly string[]) {
    super([`The environment ${name} is not valid:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Checks what a person wrote: each field, the settings with the service's own reader, and fields against each
 * other.
 * @throws {InvalidEnvironment}
 */
export function checkEnvironment(name: string, input: unknown): Environment {
  const { success, data, error } = ENVIRONMENT.safeParse(input);
  const problems = success ? problemsOf(data) : error.issues.flatMap((issue) => describe(issue, input));
  if (!success || problems.length > 0) throw new InvalidEnvironment(name, problems);
  return data;
}

function problemsOf(environment: Environment): readonly string[] {
  const own = contradictions(environment);
  try {
    return [...own, ...contradictionsWith(settingsOf(wire(environment)), environment)];
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    return [...own, ...error.problems.map((problem) => `settings: ${problem}`)];
  }
}

function describe(issue: z.core.$ZodIssue, input: unknown): readonly string[] {
  const unknown =
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
  return unknown.map(
    (path) => `${path.join('.') || 'it'} is ${show(path, input)}; accepted is ${issue.message}`,
  );
}

function show(path: readonly PropertyKey[], input: unknown): string {
  const value = path.reduce<unknown>(member, input);
  // Somebody may have put one among the settings, where it does not belong.
  if (path.some((key) => SECRETS.includes(key))) return 'a secret (not shown)';
  return value === undefined ? 'missing' : JSON.stringify(value);
}

const SECRETS: readonly PropertyKey[] = VARIABLE_NAMES.filter(isSecret);

const member = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
