import {
  type Effects,
  type Event,
  eventTime,
  type QueuedMail,
  unlessUnavailable,
  type UserId,
  type Webhook,
} from '@user-management/domain';
import { isRefusal } from '../connection/refusal.ts';
import { keys } from '../keys.ts';
import { eventsToJson } from './event-json.ts';
import { gather } from './gather.ts';
import { mailToJson } from './mail-json.ts';
import type { Runner } from './on-behalf-of.ts';
import { command, type Entry, put, type Write } from './records.ts';
import { enterWebhook, leaveWebhook } from './webhook-lanes.ts';

/** The effects of one change, as keys in the hash slot of the record that changes. */
export interface Group {
  readonly events: EventGroup | undefined;
  readonly mails: readonly MailRecord[];
}

/** The events of one change are one value. */
interface EventGroup {
  readonly key: string;
  readonly text: string;
  readonly list: readonly [Event, ...Event[]];
  readonly webhooks: readonly Webhook[];
}

interface MailRecord {
  readonly key: string;
  readonly mail: QueuedMail;
}

export const groupOf = (record: string, effects: Effects | undefined): Group => ({
  events: eventsOf(effects, (first) => keys.events(record, first)),
  mails: (effects?.mails ?? []).map((mail) => ({ key: keys.mail(record, mail.id), mail })),
});

/** The effects of the change that adds the record. The record alone tells their keys. */
export function firstGroupOf(record: string, effects: Effects | undefined): Group {
  const names = keys.firstMails(record);
  const mails = effects?.mails ?? [];
  if (mails.length > names.length) throw new Error(`A registration has at most ${names.length} mails.`);
  return {
    events: eventsOf(effects, () => keys.firstEvents(record)),
    mails: mails.map((mail, n) => ({ key: names[n] ?? '', mail })),
  };
}

function eventsOf(
  effects: Effects | undefined,
  keyOf: (first: Event['id']) => string,
): EventGroup | undefined {
  const [first, ...more] = effects?.events ?? [];
  if (!first) return undefined;
  const list = [first, ...more] as const;
  return { key: keyOf(first.id), text: eventsToJson(list), list, webhooks: effects?.webhooks ?? [] };
}

export const writesOf = ({ events, mails }: Group): readonly Write[] => [
  ...(events ? [[events.key, events.text] as const] : []),
  ...mails.map(({ key, mail }) => [key, mailToJson(mail)] as const),
];

/**
 * Enters a group into the indexes, waits for `before`, runs `write`, and removes the entries if it wrote
 * nothing, also because Redis became full meanwhile. An entry comes before its value, so nothing is missing
 * in an index.
 *
 * A full Redis refuses new entries, but not the end of a session. Its events are not listed then, but their
 * webhooks are delivered. Its mails are entered after the write, which needs memory beyond the limit. If the
 * process dies in between, they are not sent.
 */
export async function indexed(
  redis: Runner,
  group: Group,
  write: () => Promise<boolean>,
  before?: Promise<unknown>,
): Promise<boolean> {
  const [entered] = await Promise.all([enterAll(redis, group), before]);
  const wrote = await write().catch(async (error: unknown) => {
    // Any other failure does not tell whether it wrote something.
    if (isRefusal(error, 'OOM')) await leaveAll(redis, group);
    throw error;
  });
  if (!wrote) await leaveAll(redis, group);
  else if (!entered) await unlessUnavailable(insist(redis, group));
  return wrote;
}

/** Returns whether Redis had room for all entries. */
async function enterAll(redis: Runner, group: Group): Promise<boolean> {
  const entering = enter(redis, group).then(() => true, unlessFull);
  const [entered] = await Promise.all([entering, group.events && announce(redis, group.events)]);
  return entered;
}

async function enter(redis: Runner, { events, mails }: Group): Promise<void> {
  await Promise.all([
    events && enterEvents(redis, events),
    ...mails.map((mail) => gather(redis, keys.mailsDue, entryOf(mail))),
  ]);
}

/** Works also while Redis is full. */
async function announce(redis: Runner, { key, webhooks }: EventGroup): Promise<void> {
  await Promise.all(webhooks.map((webhook) => enterWebhook(redis, webhook, key)));
}

/** `eventsByTime` is first: after a crash in between, `prune` finds the entry. */
async function enterEvents(redis: Runner, { key, list: [event] }: EventGroup): Promise<void> {
  const score = eventTime(event);
  await Promise.all([
    gather(redis, keys.eventsByTime, { member: memberOf(event.userId, key), score }),
    gather(redis, keys.eventsOf(event.userId), { member: key, score }),
  ]);
}

async function insist(redis: Runner, { mails }: Group): Promise<void> {
  await Promise.all(mails.map((mail) => put(redis, keys.mailsDue, entryOf(mail))));
}

async function leaveAll(redis: Runner, { events, mails }: Group): Promise<void> {
  for (const { endpoint, event } of events?.webhooks ?? []) {
    await leaveWebhook(redis, endpoint, event.userId, event.id);
  }
  if (events) await leave(redis, events.list[0].userId, events.key);
  for (const mail of mails) await command(redis, 'ZREM', keys.mailsDue, entryOf(mail).member);
}

/** `eventsByTime` is last: after a crash in between, `prune` still finds the entry and removes both. */
export async function leave(redis: Runner, user: UserId, key: string): Promise<void> {
  await command(redis, 'ZREM', keys.eventsOf(user), key);
  await command(redis, 'ZREM', keys.eventsByTime, memberOf(user, key));
}

/** Names the user too, so that both indexes can be cleaned when the group is gone. */
const memberOf = (user: UserId, key: string): string => `${user} ${key}`;

/** Names the mail too: its id tells its age when there is no record, and finds the entry of a mail. */
const entryOf = ({ key, mail }: MailRecord): Entry => ({ member: `${mail.id} ${key}`, score: mail.dueAt });

/** To end a session matters more than to list that it ended. */
function unlessFull(error: unknown): false {
  if (!isRefusal(error, 'OOM')) throw error;
  return false;
}
