import { aChallenge, aUserId, describeChallengeRepository, TestClock } from '@user-management/conformance';
import { parseTimestamp } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { postgresClient, untilSomebodyWaits } from '../testing/postgres-client.ts';
import { engines, onPostgres, postgresUrl, shareReplicas } from '../testing/stores.ts';
import { UnreadableRow } from './row.ts';

const clock = new TestClock();

for (const engine of engines) {
  const replicas = shareReplicas(engine, ({ challenges, outbox, events }) => ({
    challenges,
    outbox,
    events,
  }));
  describeChallengeRepository(
    `SqlChallenges on ${engine.name}`,
    async () => {
      const { repository, ...stores } = await replicas();
      return { ...repository, ...stores, clock };
    },
    { durable: true },
  );
}

describe.each(engines)('challenges on $name', ({ address, open, raw }) => {
  it('are not believed when somebody else has written to the table, and can be removed', async () => {
    const where = await address();
    const { challenges } = await open(where);
    const userId = aUserId();
    const challenge = aChallenge(clock.now(), { userId });
    await challenges.issue(challenge);
    await (await raw(where)).updateTable('challenges').set({ place: 'not-to-be-seen' }).execute();
    const message = `The stored challenge ${challenge.id} cannot be used: the column place is not valid.`;
    for (const read of [
      () => challenges.find(challenge.id),
      () => challenges.update(challenge.id, (current) => current),
    ]) {
      const error: unknown = await read().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(UnreadableRow);
      expect(error).toHaveProperty('message', message);
    }
    expect(await challenges.ofUser(userId)).toEqual([]);
    await challenges.removeOf(userId);
    expect(await challenges.find(challenge.id)).toBeUndefined();
  });

  it('are pruned up to the limit, the longest expired first', async () => {
    const { challenges } = await open(await address());
    const now = clock.now();
    const made = [3, 1, 2].map((ms) => aChallenge(now, { expiresAt: parseTimestamp(now + ms) }));
    for (const challenge of made) await challenges.issue(challenge);
    const later = parseTimestamp(now + 10);
    expect(await challenges.prune(later, 2)).toBe(2);
    const found = await Promise.all(made.map(({ id }) => challenges.find(id)));
    expect(found).toEqual([made[0], undefined, undefined]);
    expect(await challenges.prune(later, 2)).toBe(1);
  });
});

describe('a challenge on PostgreSQL that has expired', () => {
  it('is not pruned if a new one takes its row at this moment', async () => {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const { challenges } = await onPostgres(url);
    const challenge = aChallenge(clock.now());
    await challenges.issue(challenge);

    await other.query('begin');
    await other.query('update challenges set expires_at = expires_at + 1000');
    const pruning = challenges.prune(parseTimestamp(challenge.expiresAt + 1), 10);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    expect(await pruning).toBe(0);
    expect(await challenges.find(challenge.id)).toMatchObject({ id: challenge.id });
  });
});
