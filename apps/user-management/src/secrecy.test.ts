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

/** Registers a user whom the store refuses. @returns the email. */
async function registerInVain(): Promise<string> {
  const email = newEmail();
  const json = { email, password: PASSWORD, device_id: DEVICE, phone: PHONE, name: NAME };
  const { status } = await call('POST', `${service.url}/v1/users/register`, { json });
  expect(status).toBe(500);
  return email;
}

interface Rule {
  readonly rule: string;
  readonly undo: string;
  /** What the log has to name. */
  readonly named: string;
}

/** One service meets all rules, one after the other. */
async function expectSilence(rules: readonly Rule[], run: (sql: string) => unknown): Promise<void> {
  const emails: string[] = [];
  for (const { rule, undo } of rules) {
    await run(rule);
    emails.push(await registerInVain());
    await run(undo);
  }
  const log = await logOf(service);
  expect(log.match(/"msg":"Failed"/g)).toHaveLength(rules.length);
  for (const { named } of rules) expect(log).toContain(named);
  for (const secret of [...emails, PHONE, NAME, DEVICE, PASSWORD, '$argon2id$'])
    expect(log).not.toContain(secret);
}

const CHECK: Rule = {
  rule: 'alter table users add constraint no_phone check (phone is null)',
  undo: 'alter table users drop constraint no_phone',
  named: 'no_phone',
};
const COLUMN_THAT_MUST_BE_GIVEN: Rule = {
  rule: 'alter table users add tenant text not null',
  undo: 'alter table users drop tenant',
  named: 'tenant',
};
const CAST: Rule = {
  rule: 'alter table users add n integer generated always as (device_id::integer) stored',
  undo: 'alter table users drop n',
  named: '22P02',
};
const TRIGGER: Rule = {
  rule: `create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'not %, % or %', new.email, new.phone, new.password_hash; end $$;
    create trigger refuse before insert on users for each row execute function refuse()`,
  undo: 'drop function refuse() cascade',
  named: 'P0001',
};
const TRIGGER_OF_SQLITE: Rule = {
  rule:
    `create trigger refuse before insert on users begin select raise(abort, 'no ' || new.email || ` +
    'new.phone); end',
  undo: 'drop trigger refuse',
  named: '"errcode":1811',
};
const INDEX_OF_SQLITE: Rule = {
  rule: `create unique index one_name on users (name);
    insert into users (id, email, password_hash, name, device_id, created_at, updated_at, last_active,
      preferences, version)
    values ('usr_${'0'.repeat(32)}', 'a@b', '', '${NAME}', '', 0, 0, 0, '{}', 1)`,
  undo: 'drop index one_name',
  named: 'users.name',
};

describe('registrations that violate a rule of the operator leave no row in the log', () => {
  it('of PostgreSQL: a check, a column that must be given, a cast and a trigger', async () => {
    const database = await createPostgresDatabase();
    cleanUp.push(() => database.drop());
    await startOn(database.url);
    const rules = [CHECK, COLUMN_THAT_MUST_BE_GIVEN, CAST, TRIGGER];
    await expectSilence(rules, (sql) => database.run(sql));
  });

  it('of SQLite: a trigger and an index', async () => {
    const path = `${await newFolder()}/users.db`;
    await startOn(`sqlite:${path}`);
    const database = new DatabaseSync(path);
    await expectSilence([TRIGGER_OF_SQLITE, INDEX_OF_SQLITE], (sql) => {
      database.exec(sql);
    });
    database.close();
  });
});
