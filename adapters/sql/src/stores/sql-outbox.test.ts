import { aChallenge, aQueuedMail, describeOutbox, TestClock } from '@user-management/conformance';
import { parseTimestamp, type QueuedMail } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { postgresClient, untilSomebodyWaits } from '../testing/postgres-client.ts';
import { engines, onPostgres, postgresUrl, shareReplicas } from '../testing/stores.ts';
import type { SqlStore } from './sql-store.ts';
import { UnreadableRow } from './row.ts';

const clock = new TestClock();
const now = clock.now();
const until = parseTimestamp(now + 60_000);

for (const engine of engines) {
  const replicas = shareReplicas(engine, (store) => store);
  describeOutbox(
    `SqlOutbox on ${engine.name}`,
    async () => {
      const { repository, ...stores } = await replicas();
      return { ...repository, ...stores, clock };
    },
    { durable: true },
  );
}

const put = ({ challenges }: SqlStore, ...mails: readonly QueuedMail[]) =>
  challenges.issue(aChallenge(now), { events: [], mails });

describe.each(engines)('mails on $name', ({ address, open, raw }) => {
  it('are sent although one of them cannot be read, which is an error once it is alone', async () => {
    const where = await address();
    const store = await open(where);
    const [good, bad] = [aQueuedMail(now), aQueuedMail(now)];
    await put(store, good, bad);
    const db = await raw(where);
    await db.updateTable('outbox').set({ recipient: 'not-to-be-seen' }).where('id', '=', bad.id).execute();
    const [mail, ...others] = await store.outbox.take(now, until, 10);
    expect([mail?.id, others]).toEqual([good.id, []]);
    if (mail) await store.outbox.remove(mail);
    const error: unknown = await store.outbox
      .take(until, parseTimestamp(until + 1), 10)
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UnreadableRow);
    expect(error).toHaveProperty(
      'message',
      `The stored mail ${bad.id} cannot be used: the column recipient is not valid.`,
    );
  });

  it('are not put in when the change cannot be written', async () => {
    const store = await open(await address());
    const mail = aQueuedMail(now);
    await put(store, mail);
    const challenge = aChallenge(now);
    // The id of the mail exists, so the statement fails after the change.
    await expect(store.challenges.issue(challenge, { events: [], mails: [mail] })).rejects.toThrow();
    expect(await store.challenges.find(challenge.id)).toBeUndefined();
  });
});

describe('a mail on PostgreSQL', () => {
  it('is not given to two replicas that see it due', async () => {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const store = await onPostgres(url);
    await put(store, aQueuedMail(now));

    await other.query('begin');
    await other.query('update outbox set due_at = $1, version = version + 1', [until]);
    const taking = store.outbox.take(now, until, 10);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    expect(await taking).toEqual([]);
  });
});
