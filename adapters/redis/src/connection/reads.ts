import { ValidationFailed } from '@user-management/domain/errors';
import type { Reply } from './connection.ts';

export type Send = (command: readonly string[]) => Promise<Reply>;

export interface Sender {
  readonly send: Send;
}

/**
 * Makes something of the value of one key and of other values that are kept. It is synchronous, because a
 * change could come between two of them otherwise.
 */
export type Look<T> = (value: unknown, near: (key: string) => unknown) => T | undefined;

/** How a session reads the values of keys. */
export interface Reads {
  /** See `Session.read`. */
  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined>;
  /** See `Redis.readNear`. */
  readNear<T>(key: string, look: Look<T>): Promise<T | undefined>;
  /** Drops the values that are kept in this process. */
  forget(): void;
}

export const NOTHING_NEAR: Promise<undefined> = Promise.resolve(undefined);

export interface Value {
  readonly text: string;
  /** Milliseconds until the expiry, or `FOR_GOOD` without one. */
  readonly left: number;
}

/** The answers of PTTL for an absent key and for a key without an expiry. */
const GONE = -2;
export const FOR_GOOD = -1;

/** In bytes. The largest user needs a fraction of it. */
export const LONGEST_VALUE = 128 * 1024;

/** As `readBounded`, for a key that has no expiry and is never empty. */
export async function readText(sender: Sender, key: string): Promise<string | undefined> {
  const text = String(await sender.send(rangeOf(key)));
  return text === '' ? undefined : bounded(text);
}

/**
 * Reads the value of a key up to a limit, because other writers may have stored a huge one.
 * @throws {ValidationFailed} when the value is longer than the limit. @throws as `send` does.
 */
export async function readBounded(sender: Sender, key: string): Promise<Value | undefined> {
  const range = rangeOf(key);
  let [left, text] = await Promise.all([sender.send(['PTTL', key]), sender.send(range).then(String)]);
  // GETRANGE answers an absent key with an empty text. The key may go, or come, between the two answers.
  if (text === '' && left !== GONE) {
    left = await sender.send(['PTTL', key]);
    text = String(await sender.send(range));
  }
  if (text === '' && left === GONE) return undefined;
  return { text: bounded(text), left: Number(left) };
}

const rangeOf = (key: string) => ['GETRANGE', key, '0', String(LONGEST_VALUE)];

function bounded(text: string): string {
  if (Buffer.byteLength(text) > LONGEST_VALUE) {
    throw new ValidationFailed(`must not be longer than ${LONGEST_VALUE} bytes`);
  }
  return text;
}
