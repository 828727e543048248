import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Timestamp = Brand<number, 'Timestamp'>;

/** The latest instant whose RFC 3339 form has a four-digit year. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** @throws {ValidationFailed} when it is not a whole number of milliseconds between 1970 and 9999. */
export function parseTimestamp(input: unknown): Timestamp {
  if (!Number.isInteger(input) || (input as number) < 0 || (input as number) > LATEST) {
    throw new ValidationFailed('must be milliseconds since 1970');
  }
  return input as Timestamp;
}

/** `2026-01-31T09:30:00.000Z`: RFC 3339 in UTC with milliseconds. */
export const toRfc3339 = (timestamp: Timestamp): string => new Date(timestamp).toISOString();

/** Reads exactly what `toRfc3339` writes. @throws {ValidationFailed} on anything else. */
export function fromRfc3339(input: unknown): Timestamp {
  const timestamp = typeof input === 'string' ? Date.parse(input) : NaN;
  if (Number.isNaN(timestamp) || new Date(timestamp).toISOString() !== input) {
    throw new ValidationFailed('must be an RFC 3339 timestamp in UTC with milliseconds');
  }
  return parseTimestamp(timestamp);
}

/** RFC 3339 with any offset, and with or without fractions of a second. */
const INSTANT_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** A time as people write it. @throws {ValidationFailed} */
export function parseInstant(input: unknown): Timestamp {
  const instant = typeof input === 'string' && INSTANT_PATTERN.test(input) ? Date.parse(input) : NaN;
  if (Number.isNaN(instant)) throw new ValidationFailed('must be a time such as 2027-01-01T00:00:00Z');
  return parseTimestamp(instant);
}
