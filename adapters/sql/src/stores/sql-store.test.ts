import {
  aChallenge,
  anEndpointId,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  nextVersion,
  registeredAt,
  RecordingLogger,
} from '@user-management/conformance';
import { parseEmailPrefix, parseTimestamp, type Timestamp } from '@user-management/domain';
import { CompiledQuery, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../schema/tables.ts';
import { Statements } from '../statements/statements.ts';
import { engines } from '../testing/stores.ts';
import { toRow as toChallengeRow } from './challenge-row.ts';
import { toRow as toEventRow } from './event-row.ts';
import { toRow as toMailRow } from './mail-row.ts';
import { UnreadableRow } from './row.ts';
import { toRow as toSessionRow } from './session-row.ts';
import { SqlChallenges } from './sql-challenges.ts';
import { SqlEvents } from './sql-events.ts';
import { SqlOutbox } from './sql-outbox.ts';
import { SqlSessions } from './sql-sessions.ts';
import { SqlUsers } from './sql-users.ts';
import { SqlWebhookQueue } from './sql-webhook-queue.ts';
import { toRow } from './user-row.ts';
import { toLaneRows, toRow as toWebhookRow } from './webhook-row.ts';

describe.each(engines)('users on $name', { timeout: 20_000 }, ({ name, address, open, raw }) => {
  it('change in turn, so that a hundred updates of one at once are a hundred attempts', async () => {
    const { users } = await open(await address());
    const user = aUser();
    await users.add(user);
    let attempts = 0;
    const update = () =>
      users.update(user.id, (current) => {
        attempts += 1;
        return nextVersion(current);
      });
    await Promise.all(Array.from({ length: 100 }, update));
    expect((await users.findById(user.id))?.version).toBe(101);
    expect(attempts).toBe(100);
  });

  it('are not believed when somebody else has written to the table', async () => {
    const where = await address();
    const { users } = await open(where);
    const db = await raw(where);
    const user = aUser();
    await users.add(user);

    await db.updateTable('users').set({ preferences: '{"theme":' }).execute();
    for (const read of [() => users.findById(user.id), () => users.findByEmail(user.email)]) {
      await expect(read()).rejects.toThrow(UnreadableRow);
    }
    await expect(users.update(user.id, (current) => current)).rejects.toThrow(user.id);

    await db.updateTable('users').set({ id: 'admin' }).execute();
    expect(await users.mostRecentlyActive(1)).toEqual([]);
  });

  it('are found through an index, in whatever way', async () => {
    const { users, user, plans } = await crowded(await address());
    await users.findById(user.id);
    await users.findByEmail(user.email);
    await users.mostRecentlyActive(10);
    await users.beingDeleted(10);
    expect(await plans()).toEqual(PLANS_OF_USERS[name]);
  });

  it('are listed through an index, in each order and for each filter', async () => {
    const { users, user, plans } = await crowded(await address());
    const emailPrefix = parseEmailPrefix(user.email);
    await users.list({}, 10);
    await users.list({}, 10, user.id);
    await users.list({ status: 'disabled' }, 10, user.id);
    await users.list({ createdAfter: later(user.createdAt, 1_900) }, 10);
    await users.list({ emailPrefix }, 10);
    await users.list({ emailPrefix, status: 'active' }, 10, user.email);
    expect(await plans()).toEqual(PLANS_OF_LISTS[name]);
  });

  it('have sessions that are found through an index, in whatever way', async () => {
    const { sessions, session, user, plans } = await crowded(await address());
    await sessions.find(session.id);
    await sessions.alive(user, session.createdAt, 10);
    await sessions.removeOf(user.id, 10);
    await sessions.prune(session.createdAt, 10);
    expect(await plans()).toEqual(PLANS_OF_SESSIONS[name]);
  });

  it('have events that are found through an index, in whatever way', async () => {
    const { events, event, user, plans } = await crowded(await address());
    await events.ofUser(user.id, 10, event.id);
    await events.list({}, 10, event.id);
    await events.list({ type: 'login.failed', after: user.createdAt }, 10, event.id);
    await events.forget(user.id);
    await events.prune(user.createdAt, 10);
    expect(await plans()).toEqual(PLANS_OF_EVENTS[name]);
  });

  it('have challenges that are found through an index, in whatever way', async () => {
    const { challenges, challenge, user, plans } = await crowded(await address());
    await challenges.find(challenge.id);
    await challenges.remove(challenge.id);
    await challenges.removeOf(user.id);
    await challenges.prune(challenge.createdAt, 10);
    expect(await plans()).toEqual(PLANS_OF_CHALLENGES[name]);
  });

  it('have mails that are found through an index, in whatever way', async () => {
    const { outbox, mail, plans } = await crowded(await address());
    await outbox.take(parseTimestamp(mail.dueAt - 1), mail.dueAt, 10);
    await outbox.retry(mail, mail.dueAt);
    await outbox.remove(mail);
    expect(await plans()).toEqual(PLANS_OF_MAILS[name]);
  });

  it('have webhooks that are found through an index, in whatever way', async () => {
    const { webhooks, endpoint, user, plans } = await crowded(await address());
    await webhooks.take(endpoint, user.createdAt, later(user.createdAt, 60_000), 1);
    await webhooks.backlog(anEndpointId());
    await webhooks.prune(user.createdAt, 10);
    expect(await plans()).toEqual(PLANS_OF_WEBHOOKS[name]);
  });

  /** A database with many users and what is theirs, and the plans of what is asked of it from now on. */
  async function crowded(where: string) {
    await open(where);
    const queries: CompiledQuery[] = [];
    const db = await raw(where, ({ query }) => queries.push(query));
    const user = aUser(registeredAt(Date.UTC(2026, 0, 31)));
    const now = user.createdAt;
    const session = aSession(now, { userId: user.id });
    const event = anEvent(later(now, 10), { userId: user.id });
    const challenge = aChallenge(now, { userId: user.id });
    const mail = aQueuedMail(now);
    const endpoint = anEndpointId();
    for (let n = 0; n < 4; n++) {
      const times = Array.from({ length: 500 }, (_, m) => now + 500 * n + m);
      const many = times.map((time) => (time === now ? user : aUser(registeredAt(time))));
      await db.insertInto('users').values(many.map(toRow)).execute();
      const theirs = many.map(({ id }) => aSession(now, { userId: id }));
      await db
        .insertInto('sessions')
        .values([...(n === 0 ? [session] : []), ...theirs].map(toSessionRow))
        .execute();
      const events = many.map(({ id }) => anEvent(later(now, n), { userId: id }));
      await db
        .insertInto('events')
        .values([...(n === 0 ? [event] : []), ...events].map(toEventRow))
        .execute();
      const challenges = many.map(({ id }) => aChallenge(now, { userId: id }));
      await db
        .insertInto('challenges')
        .values([...(n === 0 ? [challenge] : []), ...challenges].map(toChallengeRow))
        .execute();
      const mails = many.map((_, m) => aQueuedMail(later(now, m)));
      await db
        .insertInto('outbox')
        .values([...(n === 0 ? [mail] : []), ...mails].map(toMailRow))
        .execute();
      const webhooks = events.map((one) => ({ endpoint, event: one }));
      await db.insertInto('webhooks').values(webhooks.map(toWebhookRow)).execute();
      await db.insertInto('webhook_lanes').values(toLaneRows(webhooks)).execute();
    }
    for (const table of [
      'users',
      'sessions',
      'events',
      'challenges',
      'outbox',
      'webhooks',
      'webhook_lanes',
    ]) {
      await sql`analyze ${sql.table(table)}`.execute(db);
    }
    queries.length = 0;
    const statements = new Statements(() => 'fault', 0);
    return {
      user,
      session,
      event,
      challenge,
      mail,
      users: new SqlUsers(db, 'dataset', statements),
      sessions: new SqlSessions(db, statements, new RecordingLogger()),
      events: new SqlEvents(db, statements, new RecordingLogger()),
      challenges: new SqlChallenges(db, statements),
      outbox: new SqlOutbox(db, statements),
      endpoint,
      webhooks: new SqlWebhookQueue(db, statements),
      plans: () => Promise.all(queries.splice(0).map((query) => explain(db, name, query))),
    };
  }
});

const later = (time: Timestamp, ms: number): Timestamp => parseTimestamp(time + ms);

/** How the engine finds the rows: its scans and the columns or conditions of their indexes. */
async function explain(db: Database, engine: Engine, { sql: text, parameters }: CompiledQuery) {
  const explanation = engine === 'SQLite' ? 'explain query plan' : 'explain (costs off)';
  const { rows } = await db.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(`${explanation} ${text}`, [...parameters]),
  );
  return rows
    .map((row) => String(row['detail'] ?? row['QUERY PLAN']))
    .filter((line) => /SCAN|SEARCH|Index (?:Only )?Scan|Seq Scan|Index Cond/.test(line))
    .map((line) => line.replace(/^[ >-]+/, '').replace(/(Index Cond: )\(+"?(\w+).*/, '$1($2'));
}

type Engine = (typeof engines)[number]['name'];

const PLANS_OF_USERS = {
  SQLite: [
    ['SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_2 (email=?)'],
    ['SCAN users USING COVERING INDEX users_last_active'],
    ['SEARCH users USING COVERING INDEX users_status (status=?)'],
  ],
  PostgreSQL: [
    ['Index Scan using users_pkey on users', 'Index Cond: (id'],
    ['Index Scan using users_email_unique on users', 'Index Cond: (email'],
    ['Index Only Scan Backward using users_last_active on users'],
    ['Index Only Scan using users_status on users', 'Index Cond: (status'],
  ],
};

const PLANS_OF_LISTS = {
  SQLite: [
    ['SCAN users USING INDEX sqlite_autoindex_users_1'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_1 (id>?)'],
    ['SEARCH users USING INDEX users_status (status=? AND id>?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_1 (id>?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_2 (email>? AND email<?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_2 (email>? AND email<?)'],
    ['SEARCH users USING INDEX sqlite_autoindex_users_2 (email>? AND email<?)'],
  ],
  PostgreSQL: [
    ['Index Scan using users_pkey on users'],
    ['Index Scan using users_pkey on users', 'Index Cond: (id'],
    ['Index Scan using users_status on users', 'Index Cond: (status'],
    ['Index Scan using users_pkey on users', 'Index Cond: (id'],
    ['Index Scan using users_email_bytes on users', 'Index Cond: (email'],
    ['Index Scan using users_email_bytes on users', 'Index Cond: (email'],
    ['Index Scan using users_email_bytes on users', 'Index Cond: (email'],
  ],
};

const PLANS_OF_SESSIONS = {
  SQLite: [
    ['SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)'],
    ['SEARCH sessions USING INDEX sessions_by_user (user_id=?)'],
    ['SEARCH sessions USING INDEX sessions_by_user (user_id=?)'],
    [
      'SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)',
      'SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)',
    ],
    [
      'SEARCH sessions USING INDEX sqlite_autoindex_sessions_1 (id=?)',
      'SEARCH sessions USING INDEX sessions_over_at (over_at<?)',
    ],
  ],
  PostgreSQL: [
    ['Index Scan using sessions_pkey on sessions', 'Index Cond: (id'],
    ['Index Scan using sessions_by_user on sessions', 'Index Cond: (user_id'],
    ['Index Scan using sessions_by_user on sessions', 'Index Cond: (user_id'],
    [
      'Bitmap Index Scan on sessions_pkey',
      'Index Cond: (id',
      'Bitmap Index Scan on sessions_pkey',
      'Index Cond: (id',
    ],
    [
      'Index Scan using sessions_over_at on sessions sessions_1',
      'Index Cond: (over_at',
      'Index Scan using sessions_pkey on sessions',
      'Index Cond: (id',
    ],
  ],
};

const PLANS_OF_EVENTS = {
  SQLite: [
    ['SEARCH events USING INDEX events_of_user (user_id=? AND id<?)'],
    ['SEARCH events USING INDEX sqlite_autoindex_events_1 (id<?)'],
    ['SEARCH events USING INDEX events_of_type (type=? AND id>? AND id<?)'],
    [
      'SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (id=?)',
      'SEARCH events USING INDEX events_of_user (user_id=?)',
    ],
    [
      'SEARCH events USING COVERING INDEX sqlite_autoindex_events_1 (id=?)',
      'SEARCH events USING COVERING INDEX events_time (time<?)',
    ],
  ],
  PostgreSQL: [
    ['Index Scan Backward using events_of_user on events', 'Index Cond: (user_id'],
    ['Index Scan Backward using events_pkey on events', 'Index Cond: (id'],
    ['Index Scan Backward using events_of_type on events', 'Index Cond: (type'],
    [
      'Index Scan using events_of_user on events events_1',
      'Index Cond: (user_id',
      'Index Scan using events_pkey on events',
      'Index Cond: (id',
    ],
    [
      'Index Only Scan using events_time on events events_1',
      'Index Cond: (time',
      'Index Scan using events_pkey on events',
      'Index Cond: (id',
    ],
  ],
};

const PLANS_OF_CHALLENGES = {
  SQLite: [
    ['SEARCH challenges USING INDEX sqlite_autoindex_challenges_1 (id=?)'],
    ['SEARCH challenges USING INDEX sqlite_autoindex_challenges_1 (id=?)'],
    ['SEARCH challenges USING INDEX challenges_of_user (user_id=?)'],
    [
      'SEARCH challenges USING INDEX sqlite_autoindex_challenges_1 (id=?)',
      'SEARCH challenges USING COVERING INDEX challenges_expires_at (expires_at<?)',
    ],
  ],
  PostgreSQL: [
    ['Index Scan using challenges_pkey on challenges', 'Index Cond: (id'],
    ['Index Scan using challenges_pkey on challenges', 'Index Cond: (id'],
    ['Index Scan using challenges_of_user on challenges', 'Index Cond: (user_id'],
    [
      'Index Only Scan using challenges_expires_at on challenges challenges_1',
      'Index Cond: (expires_at',
      'Index Scan using challenges_pkey on challenges',
      'Index Cond: (id',
    ],
  ],
};

const PLANS_OF_MAILS = {
  SQLite: [
    [
      'SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (id=?)',
      'SEARCH outbox USING COVERING INDEX outbox_due_at (due_at<?)',
    ],
    ['SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (id=?)'],
    ['SEARCH outbox USING INDEX sqlite_autoindex_outbox_1 (id=?)'],
  ],
  PostgreSQL: [
    [
      'Index Only Scan using outbox_due_at on outbox outbox_1',
      'Index Cond: (due_at',
      'Index Scan using outbox_pkey on outbox',
      'Index Cond: (id',
    ],
    ['Index Scan using outbox_pkey on outbox', 'Index Cond: (id'],
    ['Index Scan using outbox_pkey on outbox', 'Index Cond: (id'],
  ],
};

const PLANS_OF_WEBHOOKS = {
  SQLite: [
    [
      'SEARCH webhook_lanes USING INDEX sqlite_autoindex_webhook_lanes_1 (endpoint=? AND user_id=?)',
      'SEARCH webhook_lanes USING COVERING INDEX webhook_lanes_due_at (endpoint=? AND due_at<?)',
    ],
    [
      'SEARCH webhooks USING COVERING INDEX sqlite_autoindex_webhooks_1 (endpoint=? AND user_id=?)',
      'SEARCH events USING INDEX sqlite_autoindex_events_1 (id=?)',
    ],
    ['SEARCH webhooks USING COVERING INDEX webhooks_of_endpoint (endpoint=?)'],
    [
      'SEARCH webhooks USING COVERING INDEX webhooks_of_endpoint (endpoint=? AND event_id=?)',
      'SEARCH webhooks USING INDEX webhooks_event (event_id<?)',
    ],
  ],
  PostgreSQL: [
    [
      'Index Only Scan using webhook_lanes_due_at on webhook_lanes webhook_lanes_1',
      'Index Cond: (endpoint',
      'Index Scan using webhook_lanes_pkey on webhook_lanes',
      'Index Cond: (endpoint',
    ],
    [
      'Index Only Scan using webhooks_pkey on webhooks',
      'Index Cond: (endpoint',
      'Index Scan using events_pkey on events',
      'Index Cond: (id',
    ],
    ['Index Only Scan using webhooks_of_endpoint on webhooks', 'Index Cond: (endpoint'],
    [
      'Index Scan using webhooks_event on webhooks webhooks_1',
      'Index Cond: (event_id',
      'Index Scan using webhooks_event on webhooks',
      'Index Cond: (event_id',
    ],
  ],
};
