import type { EndpointId, EventId, UserId, Webhook } from '@user-management/domain';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import type { Runner } from './on-behalf-of.ts';
import { command, discard, type Entry } from './records.ts';

/** As in `records.ts`, the first write of each script needs no memory, so it works while Redis is full. */
const ENTER = new Script(`
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[1], 0, ARGV[1])
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('ZADD', KEYS[3], 'NX', ARGV[2], ARGV[3])`);

const LEAVE = new Script(`
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[2], 'BYLEX')) do
    redis.call('ZREM', KEYS[1], member)
    redis.call('ZREM', KEYS[2], member)
  end`);

const TAKE = new Script(`
  local taken = {}
  for _, user in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', ARGV[1], 'BYSCORE', 'LIMIT', 0, ARGV[3])) do
    redis.call('ZREM', KEYS[1], user)
    redis.call('ZADD', KEYS[1], ARGV[2], user)
    table.insert(taken, user)
    table.insert(taken, redis.call('HINCRBY', KEYS[2], user, 1))
  end
  return taken`);

const RELEASE = new Script(`
  local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
  if not score or tonumber(score) ~= tonumber(ARGV[2]) then return end
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[3], ARGV[1])
  if #redis.call('ZRANGE', KEYS[1], ARGV[4], ARGV[5], 'BYLEX', 'LIMIT', 0, 1) > 0 then
    redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  end`);

/** The members of an index of webhooks that start with these words. */
export const startingWith = (...words: string[]): [string, string] => {
  const prefix = words.join(' ');
  // "!" is the character after the blank.
  return [`[${prefix} `, `(${prefix}!`];
};

/** Puts a webhook in. @param group the key of its event. */
export async function enterWebhook(
  redis: Runner,
  { endpoint, event }: Webhook,
  group: string,
): Promise<void> {
  const names = [keys.webhooks(endpoint), keys.webhookTimes(endpoint), keys.webhookLanes(endpoint)];
  const args = [`${event.userId} ${event.id} ${group}`, String(event.time), event.userId];
  await redis.run(keys.webhooks(endpoint), (session) => ENTER.run(session, names, args));
}

export async function leaveWebhook(redis: Runner, endpoint: EndpointId, user: UserId, event: EventId) {
  const names = [keys.webhooks(endpoint), keys.webhookTimes(endpoint)];
  const bounds = startingWith(user, event);
  await redis.run(keys.webhooks(endpoint), (session) => LEAVE.run(session, names, bounds));
}

/** Removes an entry that names no webhook. */
export async function dropWebhook(redis: Runner, endpoint: EndpointId, member: string): Promise<void> {
  for (const key of [keys.webhooks(endpoint), keys.webhookTimes(endpoint)]) {
    await command(redis, 'ZREM', key, member);
  }
}

/** Removes a lane that names no user. */
export async function dropLane(redis: Runner, endpoint: EndpointId, lane: Entry): Promise<undefined> {
  await command(redis, 'HDEL', keys.webhookTries(endpoint), lane.member);
  await discard(redis, keys.webhookLanes(endpoint), lane);
}

/** Takes lanes that are due. @returns each user, followed by the number of attempts. */
export async function takeLanes(
  redis: Runner,
  endpoint: EndpointId,
  ...times: readonly [now: number, until: number, limit: number]
): Promise<readonly unknown[]> {
  const names = [keys.webhookLanes(endpoint), keys.webhookTries(endpoint)];
  const args = times.map(String);
  return (await redis.run(keys.webhooks(endpoint), (session) => TAKE.run(session, names, args))) as unknown[];
}

/** Ends the taking of a lane: removes it if it is empty, or else makes it due. Its attempts start anew. */
export async function releaseLane(
  redis: Runner,
  endpoint: EndpointId,
  user: UserId,
  until: number,
  dueAt: number,
): Promise<void> {
  const names = [keys.webhooks(endpoint), keys.webhookLanes(endpoint), keys.webhookTries(endpoint)];
  const args = [user, String(until), String(dueAt), ...startingWith(user)];
  await redis.run(keys.webhooks(endpoint), (session) => RELEASE.run(session, names, args));
}
