import { Damaged, ValidationFailed } from '@user-management/domain';
import { readBounded, readText, type Sender, type Value } from '../connection/reads.ts';
import { isRefusal } from '../connection/refusal.ts';
import { Script } from '../connection/script.ts';
import type { Runner } from './on-behalf-of.ts';

/**
 * Replaces a record unless another writer has changed it since it was read. Also sets the other keys, which
 * are in the hash slot of the record. SET also removes an expiry.
 *
 * The first write of a script must not need memory, or a full Redis refuses it. So a change that does not
 * grow, such as the end of a session, works while the memory is full.
 */
const REPLACE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[1])
  for n, key in ipairs(KEYS) do redis.call('SET', key, ARGV[n + 1]) end
  return 1`);

const REMOVE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('DEL', unpack(KEYS))
  return 1`);

const EXCHANGE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[1])
  for n = 2, #KEYS do redis.call('SET', KEYS[n], ARGV[n]) end
  return 1`);

const DROP = new Script(`
  local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if score and tonumber(score) == tonumber(ARGV[2]) then redis.call('ZREM', KEYS[1], ARGV[1]) end`);

/** All members that the service writes to such an index are printable ASCII. */
const DISCARD = new Script(`
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1], 'BYSCORE')) do
    if string.find(member, '[^ -~]') then redis.call('ZREM', KEYS[1], member) end
  end`);

const MOVE = new Script(`
  local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
  if not score or tonumber(score) ~= tonumber(ARGV[2]) then return end
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])`);

/** As in `REPLACE`, the first write needs no memory. */
const PUT = new Script(`
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])`);

const ADD_FOR = new Script(`
  for n, key in ipairs(KEYS) do redis.call('SET', key, ARGV[n + 1], 'PX', ARGV[1]) end`);

/** A key and its new value. */
export type Write = readonly [key: string, value: string];

/**
 * Replaces a record and writes other keys in its hash slot.
 * @param text what the record held when it was read.
 * @param writes the record is the first one.
 * @returns whether the record still held that text. Otherwise nothing is written.
 */
export async function replace(
  redis: Runner,
  text: string,
  writes: readonly [Write, ...Write[]],
): Promise<boolean> {
  const keys = writes.map(([key]) => key);
  const values = writes.map(([, value]) => value);
  return (await redis.run(writes[0][0], (session) => REPLACE.run(session, keys, [text, ...values]))) === 1;
}

/** Writes new keys of one hash slot, all or none. */
export async function add(redis: Runner, writes: readonly [Write, ...Write[]]): Promise<void> {
  await redis.run(writes[0][0], (session) => session.send(['MSET', ...writes.flat()]));
}

/** As `add`, with keys that expire. */
export async function addFor(
  redis: Runner,
  milliseconds: number,
  writes: readonly [Write, ...Write[]],
): Promise<void> {
  const keys = writes.map(([key]) => key);
  const args = [String(milliseconds), ...writes.map(([, value]) => value)];
  await redis.run(writes[0][0], (session) => ADD_FOR.run(session, keys, args));
}

/**
 * Removes the key, and `others` in its hash slot, unless another writer has changed it since it was read.
 * Returns whether it did.
 */
export const remove = async (
  redis: Runner,
  key: string,
  text: string,
  ...others: string[]
): Promise<boolean> =>
  (await redis.run(key, (session) => REMOVE.run(session, [key, ...others], [text]))) === 1;

/** As `remove`, but writes other keys in the hash slot of the removed one. */
export async function exchange(
  redis: Runner,
  key: string,
  text: string,
  writes: readonly Write[],
): Promise<boolean> {
  const keys = [key, ...writes.map(([other]) => other)];
  const values = writes.map(([, value]) => value);
  return (await redis.run(key, (session) => EXCHANGE.run(session, keys, [text, ...values]))) === 1;
}

/** An entry of a sorted set that serves as an index. It is a hint: the record decides. */
export interface Entry {
  readonly member: string;
  readonly score: number;
}

/** The entries of an index that ZRANGE gives for these arguments. */
export async function entriesOf(redis: Runner, key: string, ...args: string[]): Promise<readonly Entry[]> {
  const reply = await command(redis, 'ZRANGE', key, ...args, 'WITHSCORES');
  return (reply as [string, number][]).map(([member, score]) => ({ member, score }));
}

/** As `entriesOf`, for an index that is to be removed. Something else under its key is removed at once. */
export async function entriesToRemove(
  redis: Runner,
  key: string,
  ...range: string[]
): Promise<readonly Entry[]> {
  try {
    return await entriesOf(redis, key, ...range);
  } catch (error) {
    if (!isRefusal(error, 'WRONGTYPE')) throw error;
    await command(redis, 'DEL', key);
    return [];
  }
}

/** Removes an entry of an index unless its score has changed since it was read. */
export async function drop(redis: Runner, key: string, { member, score }: Entry): Promise<void> {
  await redis.run(key, (session) => DROP.run(session, [key], [member, String(score)]));
}

/** Removes an entry that names nothing. Redis looks for bytes that are no text: they cannot be sent back. */
export async function discard(redis: Runner, key: string, { member, score }: Entry): Promise<void> {
  if (/^[ -~]*$/.test(member)) await command(redis, 'ZREM', key, member);
  else await redis.run(key, (session) => DISCARD.run(session, [key], [String(score)]));
}

/** Gives an entry of an index another score unless its score has changed since it was read. */
export async function move(redis: Runner, key: string, { member, score }: Entry, to: number): Promise<void> {
  await redis.run(key, (session) => MOVE.run(session, [key], [member, String(score), String(to)]));
}

/** Puts an entry into an index, or gives it that score. It also works while the memory is full. */
export async function put(redis: Runner, key: string, { member, score }: Entry): Promise<void> {
  await redis.run(key, (session) => PUT.run(session, [key], [member, String(score)]));
}

/**
 * Sends what only helps readers, who also do without it. Nobody waits for it, so it is on its way together
 * with what comes next.
 */
export function sendHint(hint: Promise<unknown>): void {
  hint.catch(() => undefined);
}

/** No version of this service can have written it. */
export class UnreadableKey extends Damaged {
  constructor(key: string, options: ErrorOptions) {
    super(`What Redis holds under ${key} cannot be read.`, options);
    this.name = 'UnreadableKey';
  }
}

/** What an entry of an index names. `undefined`: no version of this service has written the entry. */
export function namedBy<T>(parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ValidationFailed) return undefined;
    throw error;
  }
}

/** An invalid record is not the client's fault, so the error must not be a `ValidationFailed`. */
export function trusted<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new UnreadableKey(key, { cause });
  }
}

/** @throws also when the value is longer than any that the service stores, or is no text. */
export const valueOf = (redis: Runner, key: string): Promise<Value | undefined> =>
  readOf(redis, key, readBounded);

/** As `valueOf`, for a record that has no expiry. */
export const textOf = (redis: Runner, key: string): Promise<string | undefined> =>
  readOf(redis, key, readText);

async function readOf<T>(
  redis: Runner,
  key: string,
  read: (sender: Sender, key: string) => Promise<T>,
): Promise<T> {
  try {
    return await redis.run(key, (session) => read(session, key));
  } catch (error) {
    const poisoned = error instanceof ValidationFailed || isRefusal(error, 'WRONGTYPE');
    throw poisoned ? new UnreadableKey(key, { cause: error }) : error;
  }
}

export const command = (redis: Runner, name: string, key: string, ...args: string[]) =>
  redis.run(key, (session) => session.send([name, key, ...args]));
