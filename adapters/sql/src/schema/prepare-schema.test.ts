import { aSession, aUser, RecordingLogger } from '@user-management/conformance';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { Statements } from '../statements/statements.ts';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { asRestricted, READ_STATE } from '../testing/restricted-role.ts';
import { engines, onPostgres, postgresUrl, rawPostgres } from '../testing/stores.ts';
import { migrations } from './migrations.ts';
import { prepareSchema, SchemaTooNew } from './prepare-schema.ts';
import type { Database } from './tables.ts';

/** After every migration that this version has. */
const LATER = '9001-later';

const statements = new Statements(() => 'fault', 0);

describe.each(engines)('the schema on $name', { timeout: 20_000 }, ({ address, open, raw }) => {
  it('is made once by ten replicas that start together', async () => {
    const [where, logger] = [await address(), new RecordingLogger()];
    const stores = await Promise.all(Array.from({ length: 10 }, () => open(where, logger)));
    expect(new Set(stores.map(({ users }) => users.dataset)).size).toBe(1);
    expect(logger.lines).toEqual([
      {
        level: 'info',
        details: { migrations: Object.keys(migrations) },
        message: 'The schema of the user store was migrated.',
      },
    ]);
  });

  it('is left alone by a replica that starts later', async () => {
    const where = await address();
    const { users } = await open(where, new RecordingLogger());
    const logger = new RecordingLogger();
    expect((await open(where, logger)).users.dataset).toBe(users.dataset);
    expect(logger.lines).toEqual([]);
  });

  it('is another dataset in another database', async () => {
    const logger = new RecordingLogger();
    const [one, other] = [await open(await address(), logger), await open(await address(), logger)];
    expect(one.users.dataset).not.toBe(other.users.dataset);
  });

  it('serves a version that is one migration behind, so that a rollout can be undone', async () => {
    const where = await address();
    const addColumn = async (db: Database) => {
      await sql`alter table users add column later text`.execute(db);
    };
    const next = { ...migrations, [LATER]: { up: addColumn } };
    const dataset = await prepareSchema(await raw(where), statements, new RecordingLogger(), next);
    const logger = new RecordingLogger();
    const { users } = await open(where, logger);
    expect(users.dataset).toBe(dataset);
    expect(logger.lines).toEqual([]);
    const user = aUser();
    await users.add(user);
    const renamed = await users.update(user.id, (old) => ({ ...old, version: old.version + 1 }));
    expect(await users.findById(user.id)).toEqual(renamed);
  });

  it('stops the start when a version is more than one migration behind', async () => {
    const where = await address();
    const db = await raw(where);
    await prepareSchema(db, statements, new RecordingLogger(), {
      ...migrations,
      [LATER]: { up: () => Promise.resolve() },
      '9002-latest': { up: () => Promise.resolve() },
    });
    const start = open(where, new RecordingLogger());
    await expect(start).rejects.toThrow(SchemaTooNew);
    await expect(start).rejects.toThrow(
      /newer version of this service \(9001-later, 9002-latest\)\. Start that version or a later one/,
    );
  });

  it('goes from one version to the next and keeps the users', async () => {
    const where = await address();
    const [user, logger] = [aUser(), new RecordingLogger()];
    const { users } = await open(where, logger);
    await users.add(user);
    const addColumn = async (db: Database) => {
      await sql`alter table users add column later text`.execute(db);
    };
    const next = { ...migrations, [LATER]: { up: addColumn } };
    expect(await prepareSchema(await raw(where), statements, logger, next)).toBe(users.dataset);
    expect(logger.lines.at(-1)?.details).toEqual({ migrations: [LATER] });
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('is as before when a migration fails half-way', async () => {
    const db = await raw(await address());
    const broken = {
      ...migrations,
      '9001-broken': {
        up: async (transaction: Database) => {
          await sql`create table half_done (id text)`.execute(transaction);
          throw new Error('half-way');
        },
      },
    };
    await expect(prepareSchema(db, statements, new RecordingLogger(), broken)).rejects.toThrow('half-way');
    await expect(sql`select * from half_done`.execute(db)).rejects.toThrow('half_done');
    await expect(sql`select * from users`.execute(db)).rejects.toThrow('users');
    await prepareSchema(db, statements, new RecordingLogger());
    await expect(db.selectFrom('users').selectAll().execute()).resolves.toEqual([]);
  });
});

it('needs no right to change the schema on PostgreSQL once it is up to date', async () => {
  const url = await postgresUrl();
  await onPostgres(url);
  const restricted = await asRestricted(
    url,
    READ_STATE,
    'select, insert, update, delete on users, sessions, events, challenges, outbox, webhooks, webhook_lanes',
  );
  const { users, sessions } = await onPostgres(restricted);
  const user = aUser();
  await users.add(user);
  expect(await users.findById(user.id)).toEqual(user);
  const session = aSession(user.createdAt, { userId: user.id });
  await sessions.add(session);
  expect(await sessions.removeOf(user.id, 1)).toEqual([session]);
  await users.remove(user);
});

it('stops the start of a role that may not change the schema, and says who may', async () => {
  const url = await postgresUrl();
  const first = { '0001-users': migrations['0001-users'] };
  await prepareSchema(await rawPostgres(url), statements, new RecordingLogger(), first);
  const start = onPostgres(
    await asRestricted(url, READ_STATE, 'select, insert, update on users, users_meta'),
  );
  await expect(start).rejects.toThrow(UnusableDatabase);
  await expect(start).rejects.toThrow('Start this version once as the owner of the tables');
});
