import { type Effects, type Event, eventTime, type UserId } from '@user-management/domain';
import { isRefusal } from '../connection/refusal.ts';
import { keys } from '../keys.ts';
import { eventsToJson } from './event-json.ts';
import type { Runner } from './on-behalf-of.ts';
import { command, type Write } from './records.ts';

/** The events of one change. They are one value, in the hash slot of the record that changes. */
export interface Group {
  readonly key: string;
  readonly text: string;
  readonly events: readonly [Event, ...Event[]];
}

/** @returns `undefined` when the change has no events. */
export function groupOf(
  record: string,
  effects: Effects | undefined,
  keyOf: (record: string, first: Event['id']) => string = keys.events,
): Group | undefined {
  const [first, ...more] = effects?.events ?? [];
  return (
    first && { key: keyOf(record, first.id), text: eventsToJson([first, ...more]), events: [first, ...more] }
  );
}

export const writesOf = (group: Group | undefined): readonly Write[] =>
  group ? [[group.key, group.text]] : [];

/**
 * Enters a group into both indexes, runs `write`, and removes the entries if it wrote nothing. An entry comes
 * before its group, so no group is missing in an index. Without a group it only runs `write`.
 */
export async function indexed(
  redis: Runner,
  group: Group | undefined,
  write: () => Promise<boolean>,
): Promise<boolean> {
  if (!group) return write();
  await enter(redis, group).catch(unlessFull);
  const wrote = await write();
  if (!wrote) await leave(redis, group.events[0].userId, group.key);
  return wrote;
}

async function enter(redis: Runner, { key, events: [event] }: Group): Promise<void> {
  const time = String(eventTime(event));
  await Promise.all([
    command(redis, 'ZADD', keys.eventsByTime, time, memberOf(event.userId, key)),
    command(redis, 'ZADD', keys.eventsOf(event.userId), time, key),
  ]);
}

/** `eventsByTime` is last: after a crash in between, `prune` still finds the entry and removes both. */
export async function leave(redis: Runner, user: UserId, key: string): Promise<void> {
  await command(redis, 'ZREM', keys.eventsOf(user), key);
  await command(redis, 'ZREM', keys.eventsByTime, memberOf(user, key));
}

/** Names the user too, so that both indexes can be cleaned when the group is gone. */
const memberOf = (user: UserId, key: string): string => `${user} ${key}`;

/** A full Redis refuses new entries. To end a session matters more than to list that it ended. */
function unlessFull(error: unknown): void {
  if (!isRefusal(error, 'OOM')) throw error;
}
