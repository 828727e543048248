import { InvalidSettings, type Settings, VARIABLE_NAMES } from '@user-management/settings';
import type { z } from 'zod';
import { contradictions, contradictionsWith } from './rules/index.ts';
import { type Environment, SCHEMA } from './schema.ts';
import { isSecret } from './wired-variables.ts';
import { settingsOf, type Wiring, wire } from './wiring.ts';

/** One environment and everything derived from it. The charts need nothing else. */
export interface Release {
  readonly environment: Environment;
  readonly wiring: Wiring;
  readonly settings: Settings;
}

/** The options are not valid. The message lists every problem. */
export class InvalidOptions extends Error {
  readonly problems: readonly string[];

  constructor(of: string, problems: readonly string[]) {
    super([`${of} is not valid:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Checks an environment: each field, the settings with the reader of the service, and the fields against each
 * other.
 * @throws {InvalidOptions}
 */
export function checkEnvironment(name: string, input: unknown): Release {
  const of = `The environment ${name}`;
  const release = checkAs(of, input);
  if (release.environment.name === name) return release;
  throw new InvalidOptions(of, [
    `name is "${release.environment.name}". It must be ${name}, the name of its file.`,
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

/** Checks each field separately. @throws {InvalidOptions} */
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
    return issue.keys.map((key) => unknownField([...path, key], message));
  if (issue.code === 'invalid_key')
    return [sentences(path, 'not an allowed name', issue.issues[0]?.message ?? message)];
  if (issue.code !== 'invalid_union' || message !== 'Invalid input')
    return [sentences(path, show(path, input), message)];
  return closest(issue.errors).flatMap((one) => describe({ ...one, path: [...path, ...one.path] }, input));
}

type Issues = readonly z.core.$ZodIssue[];

/** The branch of a union that the person probably meant: the right type with the fewest faults. */
function closest(branches: readonly Issues[]): Issues {
  const distance = (issues: Issues): number =>
    issues.reduce((sum, { code, path }) => sum + (code === 'invalid_type' && path.length === 0 ? 100 : 1), 0);
  return branches.toSorted((one, other) => distance(one) - distance(other))[0] ?? [];
}

/** @param accepts completes "It must be …". A message of a Kubernetes schema already begins with "must". */
const sentences = (path: readonly PropertyKey[], seen: string, accepts: string): string =>
  `${called(path)} is ${seen}. It ${accepts.startsWith('must ') ? accepts : `must be ${accepts}`}.`;

const unknownField = (path: readonly PropertyKey[], fields: string): string =>
  path.some(isSecretName)
    ? `${called(path)} is a secret and must not be stated here. npm run secret creates its Secret.`
    : `${called(path)} is not a known field. The known fields are ${fields}.`;

const called = (path: readonly PropertyKey[]): string => path.join('.') || 'The environment';

/** A longer value would hide the sentence around it. */
const LONGEST = 200;

function show(path: readonly PropertyKey[], input: unknown): string {
  const value = path.reduce<unknown>(member, input);
  // A person may have written a secret where it does not belong.
  if (path.some(isSecretName)) return 'a secret, which is not shown';
  if (value === undefined) return 'missing';
  const text: unknown = JSON.stringify(value);
  if (typeof text !== 'string') return `a ${typeof value}`;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const SECRETS: readonly PropertyKey[] = VARIABLE_NAMES.filter(isSecret);
const isSecretName = (key: PropertyKey): boolean => SECRETS.includes(key);

const member = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
