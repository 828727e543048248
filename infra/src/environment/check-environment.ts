import { InvalidSettings, type Settings, VARIABLE_NAMES } from '@user-management/settings';
import type { z } from 'zod';
import { contradictions, contradictionsWith } from './rules/index.ts';
import { type Environment, SCHEMA } from './schema.ts';
import { isSecret } from './wired-variables.ts';
import { settingsOf, type Wiring, wire } from './wiring.ts';

/** One environment, and what follows from it: all that charts are made from. */
export interface Release {
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly settings: Settings;
}

/** Options that nothing can be made of. The message lists every problem. */
export class InvalidOptions extends Error {
  readonly problems: readonly string[];

  constructor(of: string, problems: readonly string[]) {
    super([`${of} is not valid:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Checks what a person wrote: each field, the settings with the service's own reader, and fields against each
 * other.
 * @throws {InvalidOptions}
 */
export function checkEnvironment(name: string, input: unknown): Release {
  const of = `The environment ${name}`;
  const release = checkAs(of, input);
  if (release.environment.name === name) return release;
  throw new InvalidOptions(of, [
    `name is "${release.environment.name}"; accepted is ${name}, as its file is called`,
  ]);
}

/** @throws {InvalidOptions} */
export function checkAs(of: string, input: unknown): Release {
  const environment = checkFields<Environment>(of, SCHEMA, input);
  const wiring = wire(environment);
  const problems = [...contradictions(environment)];
  let settings: Settings | undefined;
  try {
    settings = settingsOf(wiring);
    problems.push(...contradictionsWith(settings, environment));
  } catch (error) {
    if (!(error instanceof InvalidSettings)) throw error;
    problems.push(...error.problems.map((problem) => `settings: ${problem}`));
  }
  if (!settings || problems.length > 0) throw new InvalidOptions(of, problems);
  return { environment, wiring, settings };
}

/**
 * Each field by itself.
 * @throws {InvalidOptions}
 */
export function checkFields<T>(of: string, schema: z.ZodType<T>, input: unknown): T {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  throw new InvalidOptions(
    of,
    error.issues.flatMap((issue) => describe(issue, input)),
  );
}

function describe(issue: z.core.$ZodIssue, input: unknown): readonly string[] {
  const { path, message } = issue;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => line([...path, key], input, message));
  if (issue.code === 'invalid_key') return [line(path, input, issue.issues[0]?.message ?? message, 'a name')];
  if (issue.code !== 'invalid_union' || message !== 'Invalid input') return [line(path, input, message)];
  return closest(issue.errors).flatMap((one) => describe({ ...one, path: [...path, ...one.path] }, input));
}

type Issues = readonly z.core.$ZodIssue[];

/** The branch of a union that was meant: of the right type, with the fewest faults. */
function closest(branches: readonly Issues[]): Issues {
  const distance = (issues: Issues): number =>
    issues.reduce((sum, { code, path }) => sum + (code === 'invalid_type' && path.length === 0 ? 100 : 1), 0);
  return branches.toSorted((one, other) => distance(one) - distance(other))[0] ?? [];
}

function line(path: readonly PropertyKey[], input: unknown, accepts: string, as = ''): string {
  const shown = as === '' ? show(path, input) : `${as} that is not accepted`;
  return `${path.join('.') || 'it'} is ${shown}; accepted is ${accepts}`;
}

/** A value that fills the screen hides the sentence around it. */
const LONGEST = 200;

function show(path: readonly PropertyKey[], input: unknown): string {
  const value = path.reduce<unknown>(member, input);
  // Somebody may have put one among the settings, where it does not belong.
  if (path.some((key) => SECRETS.includes(key))) return 'a secret (not shown)';
  if (value === undefined) return 'missing';
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') return `a ${typeof value}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const SECRETS: readonly PropertyKey[] = VARIABLE_NAMES.filter(isSecret);

const member = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
