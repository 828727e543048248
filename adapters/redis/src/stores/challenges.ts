import {
  type Challenge,
  type ChallengeRepository,
  type Digest,
  type Effects,
  orDamaged,
  parseDigest,
  type UserId,
  ValidationFailed,
} from '@user-management/domain';
import { Script } from '../connection/script.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { challengeFromJson, challengeToJson } from './challenge-json.ts';
import { groupOf, indexed, writesOf } from './effects.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';
import { command, discard, entriesOf, entriesToRemove, trusted, valueOf } from './records.ts';

/** Enters a challenge and removes those that have expired. The index expires with its last challenge. */
const ENTER = new Script(`
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[1])
  redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
  local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')[2]
  redis.call('PEXPIRE', KEYS[1], string.format('%.0f', last - ARGV[1] + ARGV[4]))`);

/** Writes the challenge with an expiry, and its effects without one. */
const ISSUE = new Script(`
  redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[1])
  for n = 2, #KEYS do redis.call('SET', KEYS[n], ARGV[n + 1]) end`);

/** As `replace`, but keeps the expiry. */
const UPDATE = new Script(`
  if redis.call('GETRANGE', KEYS[1], 0, #ARGV[1]) ~= ARGV[1] then return 0 end
  redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
  return 1`);

/** How long a challenge stays after it has expired, so that clocks may differ. */
const GRACE_MS = 60_000;

/** Records that are removed at a time. */
const BATCH = 100;

interface Stored {
  readonly challenge: Challenge;
  readonly text: string;
}

/**
 * Stores challenges: the records, the id of the one in force by place, and an index of the challenges of each
 * user. No command uses two of these keys, so they may live on different nodes. All of them expire, so there
 * is nothing to prune.
 *
 * A record counts only while its place names it. `issue` writes the place first and then the record with its
 * effects. If the process dies in between, no challenge is in force, and no mail is sent.
 */
export class RedisChallenges implements ChallengeRepository {
  readonly #redis: Runner;

  constructor(redis: Redis) {
    this.#redis = onBehalfOf('user store', redis);
  }

  async issue(challenge: Challenge, effects?: Effects): Promise<void> {
    const key = keys.challenge(challenge.id);
    const group = groupOf(key, effects);
    const life = String(challenge.expiresAt - challenge.createdAt + GRACE_MS);
    if (challenge.userId) await this.#enter(challenge.userId, challenge);
    await indexed(this.#redis, group, async () => {
      await command(this.#redis, 'SET', keys.challengeAt(challenge.place), challenge.id, 'PX', life);
      const writes = [[key, challengeToJson(challenge)], ...writesOf(group)] as const;
      const names = writes.map(([name]) => name);
      const texts = writes.map(([, text]) => text);
      await this.#redis.run(key, (session) => ISSUE.run(session, names, [life, ...texts]));
      return true;
    });
  }

  async find(id: Digest): Promise<Challenge | undefined> {
    return (await this.#read(id))?.challenge;
  }

  async ofUser(user: UserId): Promise<readonly Challenge[]> {
    const index = keys.challengesOf(user);
    const entries = await entriesOf(this.#redis, index, '0', '-1');
    const reads = entries.map(({ member }) => orDamaged(this.#readMember(index, member)));
    return (await Promise.all(reads)).flatMap((read) =>
      read === 'damaged' || !read ? [] : [read.challenge],
    );
  }

  async update(id: Digest, change: (challenge: Challenge) => Challenge): Promise<Challenge | undefined> {
    const key = keys.challenge(id);
    for (;;) {
      const stored = await this.#read(id);
      if (!stored) return undefined;
      const changed = change(stored.challenge);
      if (changed === stored.challenge) return changed;
      const texts = [stored.text, challengeToJson(changed)];
      if ((await this.#redis.run(key, (session) => UPDATE.run(session, [key], texts))) === 1) return changed;
    }
  }

  async remove(id: Digest): Promise<void> {
    await command(this.#redis, 'DEL', keys.challenge(id));
  }

  async removeOf(user: UserId): Promise<void> {
    const index = keys.challengesOf(user);
    for (;;) {
      const entries = await entriesToRemove(this.#redis, index, '0', String(BATCH - 1));
      if (entries.length === 0) return;
      await Promise.all(entries.map(({ member }) => orDamaged(this.#removeMember(index, member))));
      await Promise.all(entries.map((entry) => discard(this.#redis, index, entry)));
    }
  }

  prune(): Promise<number> {
    return Promise.resolve(0);
  }

  async #removeMember(index: string, member: string): Promise<void> {
    await this.remove(trusted(index, () => parseDigest(member)));
  }

  async #readMember(index: string, member: string): Promise<Stored | undefined> {
    return this.#read(trusted(index, () => parseDigest(member)));
  }

  async #enter(user: UserId, { id, createdAt, expiresAt }: Challenge): Promise<void> {
    const key = keys.challengesOf(user);
    const args = [String(createdAt), String(expiresAt), id, String(GRACE_MS)];
    await this.#redis.run(key, (session) => ENTER.run(session, [key], args));
  }

  async #read(id: Digest): Promise<Stored | undefined> {
    const key = keys.challenge(id);
    const value = await valueOf(this.#redis, key);
    if (!value) return undefined;
    const challenge = trusted(key, () => parseRecord(id, value.text));
    const inForce = await this.#inForce(challenge.place);
    return inForce === id ? { challenge, text: value.text } : undefined;
  }

  async #inForce(place: Digest): Promise<Digest | undefined> {
    const key = keys.challengeAt(place);
    const value = await valueOf(this.#redis, key);
    return value && trusted(key, () => parseDigest(value.text));
  }
}

function parseRecord(id: Digest, text: string): Challenge {
  const challenge = challengeFromJson(text);
  if (challenge.id !== id) throw new ValidationFailed(`must be the challenge ${id}`);
  return challenge;
}
