import { hash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPostgresDatabase, redisUrl, type Service, startService } from '@user-management/servers';
import { afterEach, describe, expect, it } from 'vitest';
import { call, logIn, me, newEmail, newUser, PASSWORD, refresh, tokensIn } from './testing/client.ts';

let service: Service;
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function startOn(databaseUrl: string): Promise<void> {
  const { hostname, port, pathname } = new URL(redisUrl());
  service = await startService({
    APP_ENV: 'development',
    DATABASE_URL: databaseUrl,
    REDIS_HOST: hostname,
    REDIS_PORT: port,
    REDIS_DB: pathname.slice(1),
    LOG_LEVEL: 'trace',
  });
  cleanUp.push(() => service.stop());
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'secrecy-'));
  cleanUp.push(() => rm(folder, { recursive: true }));
  return folder;
}

/** Returns the output of the service when it has ended. */
async function logOf(stopped: Service): Promise<string> {
  stopped.signal('SIGTERM');
  await stopped.exit;
  return stopped.output();
}

it('writes no password, token or hash to the log during a whole session', async () => {
  await startOn('memory:');
  const user = await newUser(service);
  const wrong = 'incorrect donkey battery staple';
  await logIn(service, user.email, wrong);
  const { body } = await logIn(service, user.email);
  const { token, refreshToken } = tokensIn(body);
  const next = tokensIn((await refresh(service, refreshToken)).body);
  await refresh(service, refreshToken.replace(/.{43}$/, 'A'.repeat(43)));
  await me(service, token);
  await me(service, `atk_${'x'.repeat(43)}`);
  await call('POST', `${service.url}/v1/auth/login`, { json: { password: PASSWORD, token, email: 7 } });
  await call('GET', `${service.url}/v1/users/me?token=${token}`, { token });
  await call('PUT', `${service.url}/v1/users/${user.id}/preferences`, { token, json: { theme: 'dark' } });
  await call('POST', `${service.url}/v1/auth/logout`, { token });

  const log = await logOf(service);
  expect(log).toContain('/v1/auth/login');
  const tokens = [token, user.token, next.token, user.refreshToken, refreshToken, next.refreshToken];
  const parts = tokens.map((text) => text.slice(-43));
  for (const secret of [PASSWORD, wrong, ...parts, hash('sha256', token), '$argon2id$', 'Bearer ']) {
    expect(log).not.toContain(secret);
  }
});

const PHONE = '+4915112345678';
const NAME = 'Ann Unmistakable';
const DEVICE = 'device-unmistakable';

/** Expects that the log shows no value of a registration that the store refuses. */
async function expectSilentFailure(): Promise<string> {
  const email = newEmail();
  const json = { email, password: PASSWORD, device_id: DEVICE, phone: PHONE, name: NAME };
  const { status } = await call('POST', `${service.url}/v1/users/register`, { json });
  expect(status).toBe(500);
  const log = await logOf(service);
  expect(log).toContain('"msg":"Failed"');
  for (const secret of [email, PHONE, NAME, DEVICE, PASSWORD, '$argon2id$'])
    expect(log).not.toContain(secret);
  return log;
}

describe('a registration that violates a rule of the operator', () => {
  const RAISE = `create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'not %, % or %', new.email, new.phone, new.password_hash; end $$;
    create trigger refuse before insert on users for each row execute function refuse()`;
  it.each([
    ['a check', 'alter table users add constraint no_phone check (phone is null)', 'no_phone'],
    ['a column that must be given', 'alter table users add tenant text not null', 'tenant'],
    ['a cast', 'alter table users add n integer generated always as (device_id::integer) stored', '22P02'],
    ['a trigger', RAISE, 'P0001'],
  ])('leaves no row in the log: %s in PostgreSQL', async (_, rule, named) => {
    const database = await createPostgresDatabase();
    cleanUp.push(() => database.drop());
    await startOn(database.url);
    await database.run(rule);
    expect(await expectSilentFailure()).toContain(named);
  });

  it.each([
    [
      'a trigger',
      `create trigger refuse before insert on users begin select raise(abort, 'no ' || new.email || ` +
        'new.phone); end',
      '"errcode":1811',
    ],
    [
      'an index',
      `create unique index one_name on users (name);
      insert into users (id, email, password_hash, name, device_id, created_at, updated_at, last_active,
        preferences, version)
      values ('usr_${'0'.repeat(32)}', 'a@b', '', '${NAME}', '', 0, 0, 0, '{}', 1)`,
      'users.name',
    ],
  ])('leaves no row in the log: %s in SQLite', async (_, rule, named) => {
    const path = `${await newFolder()}/users.db`;
    await startOn(`sqlite:${path}`);
    const database = new DatabaseSync(path);
    database.exec(rule);
    database.close();
    expect(await expectSilentFailure()).toContain(named);
  });
});
