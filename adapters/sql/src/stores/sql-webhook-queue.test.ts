import {
  anEndpointId,
  anEvent,
  aSession,
  describeWebhookQueue,
  TestClock,
} from '@user-management/conformance';
import { type Delivery, type EventId, parseTimestamp } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { postgresClient, untilSomebodyWaits } from '../testing/postgres-client.ts';
import { engines, onPostgres, postgresUrl, shareReplicas } from '../testing/stores.ts';
import { UnreadableRow } from './row.ts';
import type { SqlStore } from './sql-store.ts';

const clock = new TestClock();
const now = clock.now();
const until = parseTimestamp(now + 60_000);

for (const engine of engines) {
  const replicas = shareReplicas(engine, (store) => store);
  describeWebhookQueue(
    `SqlWebhookQueue on ${engine.name}`,
    async () => {
      const { repository, db, ...stores } = await replicas();
      const damage = (id: EventId) =>
        db.updateTable('events').set({ actor: 'DAMAGED' }).where('id', '=', id).execute();
      return { ...repository, ...stores, clock, damage };
    },
    { durable: true },
  );
}

describe.each(engines)('webhooks on $name', ({ address, open, raw }) => {
  /** Two webhooks of different users, and the database to damage one in. */
  async function twoWaiting() {
    const where = await address();
    const { events, webhooks } = await open(where);
    const endpoint = anEndpointId();
    const [good, bad] = [anEvent(now), anEvent(now)];
    for (const event of [good, bad]) await events.append(event, [{ endpoint, event }]);
    return { webhooks, endpoint, good, bad, db: await raw(where) };
  }

  it('are delivered although one of them cannot be read, which is an error once it is alone', async () => {
    const { webhooks, endpoint, good, bad, db } = await twoWaiting();
    await db.updateTable('events').set({ actor: 'NOT-TO-BE-SEEN' }).where('id', '=', bad.id).execute();
    const [delivery, ...others] = await webhooks.take(endpoint, now, until, 10);
    expect([delivery?.event, others]).toEqual([good, []]);
    if (delivery) await webhooks.remove(delivery, now);
    const taking = webhooks.take(endpoint, until, parseTimestamp(until + 1), 10);
    await expect(taking).rejects.toThrow(UnreadableRow);
  });

  it('are counted and removed beside one that is damaged, and where their lane is', async () => {
    const { webhooks, endpoint, bad, db } = await twoWaiting();
    await db.updateTable('webhooks').set({ event_id: 'a' }).where('event_id', '=', bad.id).execute();
    await db.updateTable('webhook_lanes').set({ version: 0 }).where('user_id', '=', bad.userId).execute();
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 2, oldest: null });
    expect(await webhooks.prune(until, 10)).toBe(2);
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 0, oldest: null });
  });

  it('are not put in when the change cannot be written', async () => {
    const { events, sessions, webhooks } = await open(await address());
    const endpoint = anEndpointId();
    const session = aSession(now);
    const event = anEvent(now, { userId: session.userId });
    await events.append(event);
    // The id of the event exists, so the statement fails after the change.
    const effects = { events: [event], webhooks: [{ endpoint, event }] };
    await expect(sessions.add(session, effects)).rejects.toThrow();
    expect(await webhooks.backlog(endpoint)).toEqual({ webhooks: 0, oldest: null });
  });
});

describe('a lane on PostgreSQL', () => {
  /** Has a webhook taken, and lets `meanwhile` change its lane in a transaction that is open for a while. */
  async function race(meanwhile: string, work: (store: SqlStore, taken: Delivery) => Promise<unknown>) {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const store = await onPostgres(url);
    const endpoint = anEndpointId();
    const event = anEvent(now);
    await store.events.append(event, [{ endpoint, event }]);
    const [taken] = await store.webhooks.take(endpoint, now, until, 1);
    if (!taken) throw new Error('There is no webhook.');
    await other.query('begin');
    await other.query(meanwhile);
    const working = work(store, taken);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    return { store, endpoint, result: await working };
  }

  it('is not removed as empty while a webhook comes', async () => {
    const { id: next } = anEvent(parseTimestamp(now + 1));
    const { store, endpoint } = await race(
      `with happened as (
        insert into events (id, type, time, user_id, actor)
        select '${next}', type, time, user_id, actor from events
        returning id, user_id),
      put as (
        insert into webhooks select endpoint, happened.user_id, happened.id from webhooks, happened)
      update webhook_lanes set version = version + 1`,
      ({ webhooks }, taken) => webhooks.remove(taken, now),
    );
    expect(await store.webhooks.take(endpoint, now, until, 1)).toMatchObject([{ event: { id: next } }]);
  });

  it('is not given to two replicas that see it due', async () => {
    const later = parseTimestamp(until + 60_000);
    const { result } = await race(
      `update webhook_lanes set due_at = ${later}, version = version + 1`,
      ({ webhooks }, { endpoint }) => webhooks.take(endpoint, until, later, 10),
    );
    expect(result).toEqual([]);
  });
});
