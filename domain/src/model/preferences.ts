import { type Fault, ValidationFailed } from './errors.ts';
import { MUST_BE_WELL_FORMED, utf8Bytes } from './text.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** The choices of a user. The service stores them without interpreting them. */
export type Preferences = Readonly<Record<string, Json>>;

/** What operators note about a user. It has the limits of preferences, and the user never sees it. */
export type Metadata = Preferences;

/** An RFC 7396 merge patch for preferences: `null` removes a member. */
export type PreferencesPatch = Readonly<Record<string, Json>>;

/** 16 KiB of JSON as UTF-8. */
export const PREFERENCES_MAX_BYTES = 16 * 1024;
/** The preferences object itself is the first level. */
export const PREFERENCES_MAX_DEPTH = 5;

// Assigning to these members would change an object's prototype instead of its content.
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws {ValidationFailed} when it is no JSON object, too large, too deep, or has a reserved name. */
export function parsePreferences(input: unknown): Preferences {
  if (!isObject(input)) throw new ValidationFailed('must be a JSON object');
  const faults = faultsIn(input, []).toArray();
  if (faults.length > 0) throw new ValidationFailed(faults);
  const bytes = utf8Bytes(JSON.stringify(input));
  if (bytes > PREFERENCES_MAX_BYTES) {
    throw new ValidationFailed(`must have at most ${PREFERENCES_MAX_BYTES} bytes as JSON, not ${bytes}`);
  }
  return input;
}

/** A patch is bound by the same limits as what it is merged into. @throws {ValidationFailed} */
export const parsePreferencesPatch = (input: unknown): PreferencesPatch => parsePreferences(input);

/** RFC 7396, section 2. Gives a new object and changes neither argument. */
export function mergePatch(target: Preferences, patch: PreferencesPatch): Preferences {
  const merged: Record<string, Json> = { ...target };
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the patch names what to remove
      delete merged[member];
    } else if (isObject(value)) {
      const existing = merged[member];
      merged[member] = mergePatch(isObject(existing) ? existing : {}, value);
    } else {
      merged[member] = value;
    }
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// It checks the depth on the way down, so it never walks deeper than the limit.
function* faultsIn(value: unknown, path: Fault['path']): Generator<Fault> {
  if (typeof value === 'string' && !value.isWellFormed()) yield { path, message: MUST_BE_WELL_FORMED };
  // `1e999` is JSON. It becomes Infinity, which would be written as null.
  if (typeof value === 'number' && !Number.isFinite(value)) {
    yield { path, message: 'must be a number that a double holds exactly' };
  }
  if (typeof value !== 'object' || value === null) return;
  if (path.length === PREFERENCES_MAX_DEPTH) {
    yield { path, message: `must be nested at most ${PREFERENCES_MAX_DEPTH} levels deep` };
    return;
  }
  for (const [member, child] of Object.entries(value)) yield* faultsOf(member, child, [...path, member]);
}

function* faultsOf(member: string, value: unknown, path: Fault['path']): Generator<Fault> {
  if (!member.isWellFormed()) yield { path, message: `${MUST_BE_WELL_FORMED}, its name too` };
  if (FORBIDDEN_MEMBERS.has(member)) yield { path, message: 'must have another name, this one is reserved' };
  yield* faultsIn(value, path);
}
