import {
  aChallenge,
  aDifficultUser,
  anEndpointId,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  RecordingLogger,
} from '@user-management/conformance';
import { parseTimestamp, type User, withDeletion } from '@user-management/domain';
import type { KyselyPlugin } from 'kysely';
import type { Migration } from 'kysely/migration';
import { describe, expect, it } from 'vitest';
import { Statements } from '../statements/statements.ts';
import { toRow } from '../stores/user-row.ts';
import type { SqlStore } from '../stores/sql-store.ts';
import { engines, onPostgres, postgresUrl, rawPostgres } from '../testing/stores.ts';
import { migrations } from './migrations.ts';
import { prepareSchema } from './prepare-schema.ts';
import type { Database } from './tables.ts';

const users: Migration = migrations['0001-users'];
const sessions: Migration = migrations['0002-sessions'];
const challenges: Migration = migrations['0004-challenges'];
const webhooks: Migration = migrations['0007-webhooks'];
const inPlace: Migration = migrations['0008-sessions-in-place'];
const lists: Migration = migrations['0006-lists'];

const statements = new Statements(() => 'fault', 0);

const OLD_COLUMNS = [
  ...(['id', 'email', 'password_hash', 'phone', 'name', 'device_id', 'created_at', 'updated_at'] as const),
  ...(['last_login', 'last_active', 'preferences', 'version'] as const),
];

/** The columns that the version with 0001-users alone writes. */
function oldRow(user: User): ReturnType<typeof toRow> {
  const row = toRow(user);
  return Object.fromEntries(OLD_COLUMNS.map((name) => [name, row[name]])) as typeof row;
}

async function addOld(db: Database, user: User): Promise<void> {
  await db.insertInto('users').values(oldRow(user)).execute();
}

async function atFirst(db: Database, user: User): Promise<void> {
  await prepareSchema(db, statements, new RecordingLogger(), { '0001-users': users });
  await addOld(db, user);
}

describe.each(engines)('the sessions that are added to $name', ({ address, open, raw }) => {
  it('leave every user as it was, with the defaults', async () => {
    const where = await address();
    const user = aUser();
    await atFirst(await raw(where), user);
    await expectToWork(await open(where), user);
  });

  it('let the version before add users, who have the defaults', async () => {
    const where = await address();
    const store = await open(where);
    const user = aUser({ createdAt: parseTimestamp(1_000) });
    await addOld(await raw(where), user);
    expect(await store.users.findById(user.id)).toEqual(user);
    expect(user).toMatchObject({ status: 'active', passwordChangedAt: 1_000 });
  });

  it('stay as they are when the version before changes the user', async () => {
    const where = await address();
    const store = await open(where);
    const user = aDifficultUser();
    await store.users.add(user);
    const changed = { ...user, name: null, version: user.version + 1 };
    const db = await raw(where);
    await db.updateTable('users').set(oldRow(changed)).where('id', '=', user.id).execute();
    expect(await store.users.findById(user.id)).toEqual(changed);
  });
});

describe.each(engines)('a migration on $name that ends between two statements', ({ address, open, raw }) => {
  it('is made by the next start', async () => {
    const where = await address();
    const user = aUser();
    const db = await raw(where);
    await atFirst(db, user);
    await everFurther(db, (short) => prepareSchema(short, statements, new RecordingLogger()));
    await expectToWork(await open(where), user);
  });
});

it('goes on where an engine has committed each statement of a migration alone', async () => {
  const url = await postgresUrl();
  const user = aUser();
  const db = await rawPostgres(url);
  await atFirst(db, user);
  await everFurther(db, (short) => sessions.up(short));
  await expectToWork(await onPostgres(url), user);
});

async function expectToWork(store: SqlStore, user: User): Promise<void> {
  const { users, sessions, challenges, outbox, events, webhooks: queue } = store;
  expect(await users.findById(user.id)).toEqual(user);
  expect(await users.update(user.id, withDeletion)).toEqual(withDeletion(user));
  expect(await users.beingDeleted(10)).toEqual([user.id]);
  const session = aSession(user.createdAt, { userId: user.id });
  await sessions.add(session);
  expect(await sessions.removeOf(user.id, 10)).toEqual([session]);
  const challenge = aChallenge(user.createdAt);
  const mail = aQueuedMail(user.createdAt);
  await challenges.issue(challenge, { events: [], mails: [mail] });
  expect(await challenges.find(challenge.id)).toEqual(challenge);
  expect(await outbox.take(mail.dueAt, mail.dueAt, 1)).toHaveLength(1);
  const [endpoint, event] = [anEndpointId(), anEvent(user.createdAt)];
  await events.append(event, [{ endpoint, event }]);
  expect(await queue.take(endpoint, event.time, event.time, 1)).toHaveLength(1);
}

it.each([
  ['challenges', challenges, 5],
  ['lists', lists, 2],
  ['webhooks', webhooks, 5],
  ['sessions in place', inPlace, 3],
])('goes on where an engine has committed each statement about %s alone', async (_, migration, atLeast) => {
  const url = await postgresUrl();
  const user = aUser();
  const db = await rawPostgres(url);
  await atFirst(db, user);
  await sessions.up(db);
  await everFurther(db, (short) => migration.up(short), atLeast);
  await expectToWork(await onPostgres(url), user);
});

/** Runs `work` again and again, each time by one statement further, until it is done. */
async function everFurther(
  db: Database,
  work: (short: Database) => Promise<unknown>,
  atLeast = 6,
): Promise<void> {
  for (let statements = 0; ; statements++) {
    const error: unknown = await work(db.withPlugin(new EndAfter(statements))).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) {
      expect(statements).toBeGreaterThanOrEqual(atLeast);
      return;
    }
    expect(error).toHaveProperty('message', ENDED);
  }
}

const ENDED = 'The process has ended.';

/** Fails every statement after the first ones. */
class EndAfter implements KyselyPlugin {
  #left: number;

  constructor(statements: number) {
    this.#left = statements;
  }

  transformQuery: KyselyPlugin['transformQuery'] = ({ node }) => {
    if (this.#left-- <= 0) throw new Error(ENDED);
    return node;
  };

  transformResult: KyselyPlugin['transformResult'] = ({ result }) => Promise.resolve(result);
}
