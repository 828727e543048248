import { setTimeout as sleep } from 'node:timers/promises';
import { aUser } from '@user-management/conformance';
import { type Delivery, parseEmail, parseTimestamp, type UserId } from '@user-management/domain';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { StoreProcess } from '../testing/store-process.ts';
import { engines } from '../testing/stores.ts';

interface Write {
  readonly id: UserId;
  readonly version: number;
}

/** The writers give a user one event for each version. One statement counts as of one moment. */
const BROKEN = sql<Record<string, number | string>>`select
  (select count(*) from users
    where version <> (select count(*) from events where user_id = users.id)) as "users with too few events",
  (select count(*) from events where user_id not in (select id from users)) as "events of nobody",
  (select count(*) from events where id not in (select event_id from webhooks)) as "events without webhook",
  (select count(*) from webhooks where event_id not in (select id from events)) as "webhooks of nothing",
  (select count(*) from users where id not in (select user_id from webhook_lanes)) as "users without a lane"`;

describe.each(engines)(
  'processes that are killed on $name',
  { timeout: 60_000 },
  ({ name, address, open, raw }) => {
    it('leave all that they acknowledged, and no change without its event and webhook', async () => {
      const where = await address();
      const acknowledged = new Map<UserId, number>();
      const writers = Array.from({ length: 4 }, () => new StoreProcess(where, aUser(), 'write'));
      for (const [round, writer] of writers.entries()) {
        await writer.untilSaid(1);
        writer.tell('go');
        // The first rounds end it while it opens the database, the others among its writes.
        if (round >= 2) await writer.untilSaid(2 + Math.floor(Math.random() * 200));
        await sleep(Math.random() * 10);
        writer.kill();
        await writer.ended;
        for (const line of writer.said.slice(1)) {
          const { id, version } = JSON.parse(line) as Write;
          acknowledged.set(id, version);
        }
      }
      expect(acknowledged.size).toBeGreaterThan(5);
      const store = await open(where);
      for (const [id, version] of acknowledged) {
        const found = await store.users.findById(id);
        expect(found?.version).toBeGreaterThanOrEqual(version);
        expect(await store.users.findByEmail(parseEmail(`${id}@example.com`))).toEqual(found);
      }
      const db = await raw(where);
      const [broken] = (await BROKEN.execute(db)).rows;
      expect(Object.entries(broken ?? {}).filter(([, count]) => Number(count) !== 0)).toEqual([]);
      if (name === 'PostgreSQL') return;
      const { rows } = await sql`pragma integrity_check`.execute(db);
      expect(rows).toEqual([{ integrity_check: 'ok' }]);
    });

    it('leave a webhook that they took to another process, in order, when its time is over', async () => {
      const where = await address();
      const user = aUser();
      const courier = new StoreProcess(where, user, 'take');
      courier.tell('go');
      await courier.untilSaid(2);
      courier.kill();
      await courier.ended;
      const [taken] = JSON.parse(courier.said[1] ?? '') as [Delivery];
      const { webhooks } = await open(where);
      const take = (now: number) =>
        webhooks.take(taken.endpoint, parseTimestamp(now), parseTimestamp(now + 40_000), 10);
      expect(await take(taken.until - 1)).toEqual([]);
      const [again] = await take(taken.until);
      expect(again).toMatchObject({ event: { id: taken.event.id }, attempts: 2 });
      if (again) await webhooks.remove(again, again.until);
      const [following] = await take(taken.until + 40_000);
      expect(following?.event.id).not.toBe(taken.event.id);
      expect(following?.event.userId).toBe(user.id);
    });
  },
);
