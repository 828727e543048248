import { ValidationFailed } from './errors.ts';
import { parseText, utf8Bytes } from './text.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** What a user has chosen; the service stores it and gives it back without looking inside. */
export type Preferences = Readonly<Record<string, Json>>;

/** An RFC 7396 merge patch for preferences: `null` removes a member. */
export type PreferencesPatch = Readonly<Record<string, Json>>;

/** 16 KiB of JSON as UTF-8. */
export const PREFERENCES_MAX_BYTES = 16 * 1024;
/** The preferences object itself is the first level. */
export const PREFERENCES_MAX_DEPTH = 5;

// Assigning to these members would change an object's prototype instead of its content.
const FORBIDDEN_MEMBERS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** @throws {ValidationFailed} when it is not a JSON object within the limits of size, depth and member names. */
export function parsePreferences(input: unknown): Preferences {
  if (!isObject(input)) throw new ValidationFailed('must be a JSON object');
  checkJson(input, 1);
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

// The depth is checked on the way down, so that nothing deeper than the limit is ever walked.
function checkJson(value: unknown, depth: number): void {
  if (typeof value === 'string') {
    parseText(value);
    return;
  }
  // `1e999` is JSON and becomes Infinity, which would be written as null.
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new ValidationFailed('must have numbers within the range of a double only');
  }
  if (typeof value !== 'object' || value === null) return;
  if (depth > PREFERENCES_MAX_DEPTH) {
    throw new ValidationFailed(`must be nested at most ${PREFERENCES_MAX_DEPTH} levels deep`);
  }
  for (const [member, child] of Object.entries(value)) {
    parseText(member);
    if (FORBIDDEN_MEMBERS.has(member)) throw new ValidationFailed(`must not have a member named ${member}`);
    checkJson(child, depth + 1);
  }
}
