import { writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { DependencyUnavailable } from '@user-management/domain';
import { aUser, nextVersion, RecordingLogger } from '@user-management/conformance';
import { makeCertificates, type PostgresServer, startPostgres } from '@user-management/servers';
import { describe, expect, it } from 'vitest';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { afterwards } from '../testing/clean-up.ts';
import { failureOf } from '../testing/failures.ts';
import { postgresClient, untilSomebodyWaits } from '../testing/postgres-client.ts';
import { asRestricted, READ_STATE } from '../testing/restricted-role.ts';
import { onPostgres, postgresUrl, sqliteFile } from '../testing/stores.ts';
import { behindStrictPooler } from '../testing/strict-pooler.ts';

const ALL = 'select, insert, update, delete on';
const WEBHOOKS = 'webhooks, webhook_lanes';
const REST = `${ALL} events, challenges, outbox, ${WEBHOOKS}`;

describe('a user whom another transaction changes', { timeout: 20_000 }, () => {
  it('is changed after it, also where PostgreSQL refuses to serialise the two', async () => {
    const url = await postgresUrl();
    const [observer, other] = [await postgresClient(url), await postgresClient(url)];
    const { users } = await onPostgres(
      `${url}?options=${encodeURIComponent('-c default_transaction_isolation=serializable')}`,
    );
    const user = aUser();
    await users.add(user);

    await other.query('begin');
    await other.query('update users set name = null, version = 2 where id = $1', [user.id]);
    const ours = users.update(user.id, nextVersion);
    await untilSomebodyWaits(observer);
    await other.query('commit');
    expect(await ours).toEqual(nextVersion({ ...user, name: null, version: 2 }));
  });

  it('is not waited for longer than half the time of a statement, and nothing is written then', async () => {
    const url = await postgresUrl();
    const other = await postgresClient(url);
    const { users } = await onPostgres(url, { statementTimeoutMs: 400 });
    const user = aUser();
    await users.add(user);
    await other.query('begin');
    await other.query('update users set name = null where id = $1', [user.id]);

    const { error } = await failureOf(users.update(user.id, nextVersion));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty('cause.code', '55P03');
    await other.query('rollback');
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('is not waited for longer than a statement may take, by the server’s clock', async () => {
    const url = await postgresUrl();
    const other = await postgresClient(url);
    const { users } = await onPostgres(`${url}?lock_timeout=0`, { statementTimeoutMs: 400 });
    await other.query('begin');
    await other.query('lock table users');
    const { error } = await failureOf(users.add(aUser()));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty('cause.code', '57014');
  });
});

describe('a connection that has not answered in time', { timeout: 20_000 }, () => {
  it('is not used again', async () => {
    const url = await postgresUrl();
    const other = await postgresClient(url);
    // Without the server's own limits, as behind a pooler that does not pass them on.
    const { users } = await onPostgres(`${url}?lock_timeout=0&statement_timeout=0`, {
      statementTimeoutMs: 1_000,
      poolSize: 1,
    });
    const user = aUser();
    await users.add(user);
    await other.query('begin');
    await other.query('lock table users in share mode');
    const { error } = await failureOf(users.add(aUser()));
    expect(error).toHaveProperty('cause.message', 'Query read timeout');
    expect(await users.findById(user.id)).toEqual(user);
    await other.query('rollback');
  });
});

describe('credentials that change while the service runs', { timeout: 20_000 }, () => {
  it('are those of the moment at each new connection', async () => {
    const url = new URL(await postgresUrl());
    const admin = await postgresClient(url.href);
    const database = url.pathname.slice(1);
    const [blue, green] = [`blue_${database}`, `green_${database}`];
    for (const role of [blue, green]) {
      await admin.query(`create role ${role} login superuser password 'secret-of-${role}'`);
      afterwards(() => admin.query(`drop owned by ${role} cascade; drop role ${role}`));
    }
    const as = (role: string): string =>
      Object.assign(new URL(url), { username: role, password: `secret-of-${role}` }).href;
    let current = as(blue);
    const { users } = await onPostgres(() => current);
    const user = aUser();
    await users.add(user);

    current = as(green);
    await admin.query(`alter role ${blue} nologin`);
    // The connection that is open stays.
    expect(await users.findById(user.id)).toEqual(user);
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${blue}'`);
    const roles = async () => {
      const { rows } = await admin.query<{ usename: string }>(
        'select distinct usename from pg_stat_activity where usename in ($1, $2)',
        [blue, green],
      );
      return rows.map(({ usename }) => usename);
    };
    await expect.poll(roles).toEqual([]);
    expect(await users.findById(user.id)).toEqual(user);
    expect(await roles()).toEqual([green]);
  });
});

describe('a pooler of transactions, where each may run in another session', () => {
  it('is used without the limits of a session, after a warning', async () => {
    const logger = new RecordingLogger();
    const { users } = await onPostgres(await behindStrictPooler(await postgresUrl()), { logger });
    const user = aUser();
    await users.add(user);
    expect(await users.findById(user.id)).toEqual(user);
    expect(logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)).toEqual([
      'The pooler before PostgreSQL does not pass on statement_timeout and lock_timeout: ' +
        'set them for the role there.',
    ]);
  });

  it('loses no update, and its schema is made once by replicas that start together', async () => {
    const url = await behindStrictPooler(await postgresUrl());
    const stores = await Promise.all(Array.from({ length: 4 }, () => onPostgres(url)));
    const user = aUser();
    await stores[0]?.users.add(user);
    await Promise.all(stores.flatMap(({ users }) => [1, 2, 3].map(() => users.update(user.id, nextVersion))));
    expect(await stores[0]?.users.findById(user.id)).toHaveProperty('version', user.version + 12);
  });
});

describe('a start that fails', () => {
  it('names the server and the reason, and no secret', async () => {
    const start = (host: string) => onPostgres(`postgres://user:a-secret@${host}:1/users`);
    const { error } = await failureOf(start('127.0.0.1'));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty(
      'cause.message',
      'PostgreSQL at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
    );
    // A name may have several addresses, each of which fails.
    const { error: ofName } = await failureOf(start('localhost'));
    expect(ofName).toHaveProperty(
      'cause.message',
      expect.stringContaining('at localhost:1: connect ECONNREFUSED '),
    );
    expect(inspect([error, ofName], { depth: 10, showHidden: true })).not.toContain('a-secret');
  });

  it('says that the password is wrong', async () => {
    const url = new URL(await postgresUrl());
    url.password = 'an-old-secret';
    const { error } = await failureOf(onPostgres(url.href));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty(
      'cause.message',
      expect.stringContaining('password authentication failed for user'),
    );
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('an-old-secret');
  });
});

describe('a database that does not suit', () => {
  it('stops the start when it is not UTF-8, and names the encoding', async () => {
    const url = new URL(await postgresUrl());
    const admin = await postgresClient(url.href);
    const name = `latin_${url.pathname.slice(1)}`;
    await admin.query(
      `create database ${name} encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`,
    );
    afterwards(() => admin.query(`drop database ${name} with (force)`));
    url.pathname = `/${name}`;
    const start = onPostgres(url.href);
    await expect(start).rejects.toThrow(UnusableDatabase);
    await expect(start).rejects.toThrow('The database has the encoding LATIN1');
  });

  it.each([
    [
      'text, collation ci',
      'text collate ci',
      `provider = icu, locale = 'und-u-ks-level2', deterministic = false`,
    ],
    [
      'text, collation ai',
      'text collate ai',
      `provider = icu, locale = 'und-u-ks-level1-kc', deterministic = false`,
    ],
    ['citext, collation default', 'citext', ''],
  ])('stops the start when it takes two emails for one: %s', async (named, type, collation) => {
    const url = await postgresUrl();
    await onPostgres(url);
    const admin = await postgresClient(url);
    await admin.query(
      collation ? `create collation ${type.slice(-2)} (${collation})` : 'create extension citext',
    );
    await admin.query(`alter table users alter column email type ${type}`);
    const start = onPostgres(url);
    await expect(start).rejects.toThrow(UnusableDatabase);
    await expect(start).rejects.toThrow(`The column users.email compares with ${named}, for which`);
  });

  it('stops the start when it is read-only', async () => {
    const url = await postgresUrl();
    const readOnly = `${url}?options=${encodeURIComponent('-c default_transaction_read_only=on')}`;
    const { error } = await failureOf(onPostgres(readOnly));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toHaveProperty(
      'cause.message',
      expect.stringContaining('Let DATABASE_URL lead to the primary'),
    );
  });

  it.each([
    ['to create tables at the first start', [], 'permission denied for schema public'],
    [
      'to add users and to remove sessions',
      [READ_STATE, 'select, update, delete on users', 'select, insert, update on sessions', REST],
      'lacks rights: GRANT DELETE ON sessions TO it, GRANT INSERT ON users TO it, or start once as the owner',
    ],
    ['to use sessions', [READ_STATE, `${ALL} users`, REST], 'DELETE ON sessions TO it, or'],
    [
      'to record events',
      [READ_STATE, `${ALL} users, sessions, challenges, outbox, ${WEBHOOKS}`],
      'DELETE ON events TO it, or',
    ],
    [
      'to issue challenges, and to take mails',
      [READ_STATE, `${ALL} users, sessions, events, ${WEBHOOKS}`, 'select, insert, delete on outbox'],
      'DELETE ON challenges TO it, GRANT UPDATE ON outbox TO it, or',
    ],
    [
      'to deliver webhooks',
      [READ_STATE, `${ALL} users, sessions, events, challenges, outbox`],
      'DELETE ON webhook_lanes TO it, GRANT SELECT, INSERT, UPDATE, DELETE ON webhooks TO it, or',
    ],
  ])('stops the start without the right %s', async (_, rights, message) => {
    const url = await postgresUrl();
    if (rights.length > 0) await onPostgres(url);
    const start = onPostgres(await asRestricted(url, ...rights));
    await expect(start).rejects.toThrow(UnusableDatabase);
    await expect(start).rejects.toThrow(message);
  });
});

describe('a PostgreSQL that fails', { timeout: 60_000 }, () => {
  async function start(options?: Parameters<typeof startPostgres>[0]): Promise<PostgresServer> {
    const server = await startPostgres(options);
    afterwards(() => server.stop());
    return server;
  }

  it('takes down only what it was doing when it is killed; once it is back, all goes on', async () => {
    const server = await start();
    const store = await onPostgres(server.url);
    const { users } = store;
    const [kept, late] = [aUser(), aUser()];
    await users.add(kept);
    const [observer, other] = [await postgresClient(server.url), await postgresClient(server.url)];
    await other.query('begin');
    await other.query('lock table users');
    const adding = failureOf(users.add(late));
    await untilSomebodyWaits(observer);

    await server.kill();
    expect((await adding).error).toBeInstanceOf(DependencyUnavailable);
    await expect(store.check()).rejects.toThrow(DependencyUnavailable);
    await expect(users.findById(kept.id)).rejects.toThrow(DependencyUnavailable);

    await server.restart();
    await store.check();
    expect(await users.findById(kept.id)).toEqual(kept);
    await users.add(late);
  });

  it('loses idle connections, of which there is a warning and nothing else', async () => {
    const server = await start();
    const logger = new RecordingLogger();
    const { users } = await onPostgres(server.url, { logger });
    await users.mostRecentlyActive(1);
    await server.restart();
    expect(await users.mostRecentlyActive(1)).toEqual([]);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        details: { err: expect.any(Error) as Error },
        message: 'An idle connection to PostgreSQL broke. The pool opens a new one on demand.',
      },
    ]);
  });

  it('is given up when it hangs, by all who ask, within the time of a statement and a second', async () => {
    const server = await start();
    const user = aUser();
    const { users } = await onPostgres(server.url, { statementTimeoutMs: 1_000, poolSize: 3 });
    await users.add(user);
    await server.pause();
    const asked = Array.from({ length: 8 }, (_, n) =>
      n % 2 ? users.findById(user.id) : users.update(user.id, nextVersion),
    );
    for (const { error, milliseconds } of await Promise.all(asked.map(failureOf))) {
      expect(error).toBeInstanceOf(DependencyUnavailable);
      expect(milliseconds).toBeLessThan(2_000);
    }
    await server.resume();
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('stops the start when it hangs, within the time to connect and a second', async () => {
    const server = await start();
    await server.pause();
    const { error, milliseconds } = await failureOf(onPostgres(server.url, { connectTimeoutMs: 1_100 }));
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(milliseconds).toBeLessThan(2_100);
    await server.resume();
  });

  it('is believed only with a certificate for its name from the given authority', async () => {
    const [tls, stranger, file] = [
      await makeCertificates(['localhost']),
      await makeCertificates(),
      await sqliteFile(),
    ];
    const server = await start({ tls });
    const to = (host: string, parameters: string): string => {
      const url = new URL(server.url);
      url.hostname = host;
      return `${url.href}?${parameters}`;
    };
    await writeFile(file, tls.ca);
    for (const mode of ['verify-full', 'require']) {
      await (await onPostgres(to('localhost', `sslmode=${mode}&sslrootcert=${file}`))).check();
    }
    await (await onPostgres(to('localhost', 'application_name=x'), { tls: { caFile: file } })).check();
    await writeFile(file, stranger.ca);
    await expect(onPostgres(to('localhost', ''), { tls: { caFile: file } })).rejects.toThrow();
    for (const parameters of [`sslmode=require&sslrootcert=${file}`, 'sslmode=verify-full']) {
      await expect(onPostgres(to('localhost', parameters))).rejects.toHaveProperty(
        'cause.message',
        expect.stringMatching(/certificate/),
      );
    }
  });
});
