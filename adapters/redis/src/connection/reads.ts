import { ValidationFailed } from '@user-management/domain';
import type { Reply } from './connection.ts';

export type Send = (command: readonly string[]) => Promise<Reply>;

export interface Sender {
  readonly send: Send;
}

/** How a session comes by the values of keys. */
export interface Reads {
  /** As `Session.read`. */
  read<T>(key: string, parse: (text: string) => T | undefined): Promise<T | undefined>;
  /** Drops what is kept of Redis in this process. */
  forget(): void;
}

export interface Value {
  readonly text: string;
  /** Milliseconds until Redis removes it; `FOR_GOOD` without an expiry. */
  readonly left: number;
}

/** Answers of PTTL. */
const GONE = -2;
export const FOR_GOOD = -1;

/** Several times what the largest user needs. */
export const LONGEST_VALUE = 128 * 1024;

/**
 * The value of a key, of which no more is loaded than may be there: others can write to Redis as well.
 * @throws {ValidationFailed} when it is longer. @throws as `send` does.
 */
export async function readBounded(sender: Sender, key: string): Promise<Value | undefined> {
  const [left, reply] = await Promise.all([
    sender.send(['PTTL', key]),
    sender.send(['GETRANGE', key, '0', String(LONGEST_VALUE)]),
  ]);
  const text = String(reply);
  // GETRANGE does not tell an empty value from none, and the key may have gone after PTTL was answered.
  if (text === '' && (left === GONE || (await sender.send(['PTTL', key])) === GONE)) return undefined;
  if (Buffer.byteLength(text) > LONGEST_VALUE) {
    throw new ValidationFailed(`must not be longer than ${LONGEST_VALUE} bytes`);
  }
  return { text, left: Number(left) };
}
