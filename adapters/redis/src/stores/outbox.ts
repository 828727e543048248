import {
  type Backlog,
  DependencyUnavailable,
  type Effects,
  type MessageId,
  type Outbox,
  parseMessageId,
  parseTimestamp,
  type QueuedMail,
  type Timestamp,
  ValidationFailed,
  withRetry,
  withTaking,
} from '@user-management/domain';
import { FOR_GOOD } from '../connection/reads.ts';
import { keys, recordOfMail } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { groupOf, indexed, writesOf } from './effects.ts';
import { mailFromJson, mailToJson } from './mail-json.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import {
  command,
  drop,
  entriesOf,
  type Entry,
  exchange,
  move,
  namedBy,
  put,
  replace,
  trusted,
  valueOf,
} from './records.ts';

/** Records that are read at a time. */
const BATCH = 100;

/** `backlog` looks at no more entries than this for the oldest mail. */
const MOST_COMPARED = 1_000;

/** An entry without a record counts as left behind when its mail was caused longer ago than this. */
const LONGEST_CHANGE_MS = 300_000;

/** A mail whose change is being written is looked at again after this time. */
const RECHECK_MS = 1_000;

interface Stored {
  readonly entry: Entry;
  readonly key: string;
  readonly text: string;
  readonly mail: QueuedMail;
}

/**
 * Mails that the repositories wrote with their changes: one record for each, in the hash slot of what
 * changed, and an index of all by due time. No command uses two of these keys, except that a mail and the
 * events of its removal are in one slot.
 *
 * A mail enters the index before its record is written, and leaves it after its record is removed. The record
 * decides who has the mail; the index only says where to look. So `take` corrects an entry that is too early,
 * and a mail whose entry is too late is taken later.
 */
export class RedisOutbox implements Outbox {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('user store', redis);
  }

  /**
   * A mail that cannot be read must not keep the others from being sent. So it waits until `until` as well,
   * and its error is thrown only when no other mail was taken.
   */
  async take(now: Timestamp, until: Timestamp, limit: number): Promise<readonly QueuedMail[]> {
    const taken: QueuedMail[] = [];
    const errors: unknown[] = [];
    while (taken.length < limit) {
      const count = Math.min(BATCH, limit - taken.length);
      const bounds = ['-inf', String(now), 'BYSCORE', 'LIMIT', '0', String(count)];
      const entries = await entriesOf(this.#redis, keys.mailsDue, ...bounds);
      const attempts = entries.map(async (entry) => {
        try {
          return await this.#take(entry, now, until);
        } catch (error) {
          if (error instanceof DependencyUnavailable) throw error;
          errors.push(error);
          await move(this.#redis, keys.mailsDue, entry, until);
          return [];
        }
      });
      taken.push(...(await Promise.all(attempts)).flat());
      if (entries.length < count) break;
    }
    if (taken.length === 0 && errors.length > 0) throw errors[0];
    return taken;
  }

  async retry(mail: QueuedMail, dueAt: Timestamp): Promise<void> {
    const stored = await this.#current(mail);
    if (!stored) return;
    const writes = [[stored.key, mailToJson(withRetry(stored.mail, dueAt))]] as const;
    if (!(await replace(this.#redis, stored.text, writes))) return;
    await put(this.#redis, keys.mailsDue, { member: stored.entry.member, score: dueAt });
  }

  async remove(mail: QueuedMail, effects?: Effects): Promise<boolean> {
    const stored = await this.#current(mail);
    if (!stored) return false;
    const { key, text, entry } = stored;
    const group = groupOf(recordOfMail(key) ?? key, effects);
    const removed = await indexed(this.#redis, group, () =>
      exchange(this.#redis, key, text, writesOf(group)),
    );
    if (removed) await command(this.#redis, 'ZREM', keys.mailsDue, entry.member);
    return removed;
  }

  /**
   * Counts the entries of the index. So it also counts a mail whose change is being written, or was not
   * written in the last minutes. Beyond a thousand mails, `oldest` is of the thousand that are due first.
   */
  async backlog(): Promise<Backlog> {
    const [mails, entries] = await Promise.all([
      command(this.#redis, 'ZCARD', keys.mailsDue),
      entriesOf(this.#redis, keys.mailsDue, '0', String(MOST_COMPARED - 1)),
    ]);
    const ids = entries.flatMap(({ member }) => namedBy(() => parseMember(member))?.id ?? []);
    const oldest = namedBy(() => parseTimestamp(Math.min(...ids.map(causedAt)))) ?? null;
    return { mails: Number(mails), oldest };
  }

  /** The mail of a due entry. None: another replica has it, or there is none to be taken. */
  async #take(entry: Entry, now: Timestamp, until: Timestamp): Promise<readonly QueuedMail[]> {
    const { id, key } = trusted(keys.mailsDue, () => parseMember(entry.member));
    const value = await valueOf(this.#redis, key);
    if (!value && now - causedAt(id) > LONGEST_CHANGE_MS) {
      await drop(this.#redis, keys.mailsDue, entry);
      return [];
    }
    // A record with an expiry belongs to a registration that is not complete.
    if (value?.left !== FOR_GOOD) {
      await move(this.#redis, keys.mailsDue, entry, now + RECHECK_MS);
      return [];
    }
    const mail = trusted(key, () => parseRecord(id, value.text));
    if (mail.dueAt > now) {
      await move(this.#redis, keys.mailsDue, entry, mail.dueAt);
      return [];
    }
    const taken = withTaking(mail, until);
    if (!(await replace(this.#redis, value.text, [[key, mailToJson(taken)]]))) return [];
    await put(this.#redis, keys.mailsDue, { member: entry.member, score: until });
    return [taken];
  }

  /** The mail as it is stored, if nobody has taken or removed it since. Its entry is at its due time. */
  async #current({ id, dueAt, version }: QueuedMail): Promise<Stored | undefined> {
    const entries = await entriesOf(this.#redis, keys.mailsDue, String(dueAt), String(dueAt), 'BYSCORE');
    const entry = entries.find(({ member }) => member.startsWith(`${id} `));
    if (!entry) return undefined;
    const { key } = trusted(keys.mailsDue, () => parseMember(entry.member));
    const value = await valueOf(this.#redis, key);
    if (!value) return undefined;
    const mail = trusted(key, () => parseRecord(id, value.text));
    return mail.version === version ? { entry, key, text: value.text, mail } : undefined;
  }
}

/** When the mail was caused: a UUIDv7 begins with the time. */
const causedAt = (id: MessageId): number => parseInt(id.slice(4, 16), 16);

function parseMember(member: string) {
  const [id, key = ''] = member.split(' ');
  if (!recordOfMail(key)) throw new ValidationFailed('must name the key of a mail');
  return { id: parseMessageId(id), key };
}

function parseRecord(id: MessageId, text: string): QueuedMail {
  const mail = mailFromJson(text);
  if (mail.id !== id) throw new ValidationFailed(`must be the mail ${id}`);
  return mail;
}
