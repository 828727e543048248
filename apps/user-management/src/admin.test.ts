import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeSecrets } from '@user-management/crypto';
import { serviceTokenOf } from '@user-management/domain';
import { createPostgresDatabase, redisUrl, type Service, startService } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, logIn, me, newEmail, newUser, PASSWORD, tokensIn } from './testing/client.ts';

/** Hashes of `PASSWORD`, by the library that made each. */
const HASHES: readonly (readonly [library: string, hash: string])[] = [
  ['bcryptjs, $2b$', '$2b$10$5QzypM8HUapvWiL7rMYEauV.jrD7BW4ahYpBJbGK7A4JaKHeu6kNu'],
  ['bcryptjs, $2a$', '$2a$05$yBjMDkn3No7eYw9glMcN6.BFjgPIcteGUJun5AlCvy3OlmuMJk68u'],
  ['bcryptjs, $2y$', '$2y$05$fasi1lbdOhUBkv0sOrJfBuLipiG0MV3PrxzuLFthZTeWUrBJeNL82'],
  [
    'node:crypto, scrypt',
    '$scrypt$ln=14,r=8,p=1$NJqs9LzXHqPw28akY99w4g$uaFyNpMNvNumlCgLWkUSw9N9CWvL740ObhBNFRdql/o',
  ],
  [
    'node:crypto, PBKDF2-SHA256',
    '$pbkdf2-sha256$i=10000,l=32$NJqs9LzXHqPw28akY99w4g$AwoYZyKe5Hj75YGbsahBVDr8TSkVtgAg8EC+42Ix13A',
  ],
  [
    'node:crypto, PBKDF2-SHA512',
    '$pbkdf2-sha512$i=10000$tteIbLp8t8xqH4gKRSzVPA$F/QK3jfoeFKMocmyTDJVsPSQrZFmP8V9fqWpMUapsyM',
  ],
  [
    'argon2, argon2i',
    '$argon2i$v=19$m=4096,p=1,t=3$hd0n56aaIPkfdAbRe9xUTg$hnkqvGrlqMq4u9ufwzsI2MlnS0Fh+1CjdwuiJND1Cws',
  ],
  [
    'argon2, argon2d',
    '$argon2d$v=19$m=4096,p=1,t=3$omq+hViAbzo06pE7iZBfxA$+Y8gih4Lc+x35xQGqNVITBFugrIQuikvWulKutxZQ6c',
  ],
  [
    'argon2, argon2id',
    '$argon2id$v=19$m=65536,p=4,t=3$opdBLYFt9HXI90QFFih4hw$jRurSVsBF+4siHGsMOo0WP/A4MIsemE8GGVf526MJgE',
  ],
  [
    'argon2, argon2id of less work',
    '$argon2id$v=19$m=1024,p=1,t=1$cQG+s9jYc+6t8Pn8N5EJWw$ZTPQ8w0yN2bRJACxPvcV9Nm8A0AIllr+rxH+yPw/w1A',
  ],
];

interface Database {
  readonly url: string;
  drop?(): Promise<void>;
}

const STORES: Readonly<Record<string, (folder: string) => Database | Promise<Database>>> = {
  memory: () => ({ url: 'memory:' }),
  SQLite: (folder) => ({ url: `sqlite:${join(folder, 'users.db')}` }),
  PostgreSQL: () => createPostgresDatabase(),
  Redis: () => ({ url: 'redis:' }),
};

describe.each(Object.entries(STORES))('operators of users in %s', (store, open) => {
  const token = serviceTokenOf(new NodeSecrets().newSecret());
  let folder: string;
  let service: Service;
  let database: Database;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'admin-'));
    const file = join(folder, 'services.json');
    const sha256 = new NodeSecrets().digest(token);
    const entry = { name: 'support', sha256, scopes: ['users:read', 'users:write'] };
    await writeFile(file, JSON.stringify([entry]));
    const redis = new URL(redisUrl());
    database = await open(folder);
    service = await startService({
      APP_ENV: 'development',
      DATABASE_URL: database.url,
      REDIS_HOST: redis.hostname,
      REDIS_PORT: redis.port,
      REDIS_DB: redis.pathname.slice(1),
      SERVICE_TOKENS_FILE: file,
    });
  });
  afterAll(async () => {
    await service.stop();
    await database.drop?.();
    await rm(folder, { recursive: true });
  });

  const ask = (method: string, path: string, json?: unknown) =>
    call(method, `${service.internalUrl}/v1/admin/users${path}`, {
      token,
      ...(json !== undefined && { json }),
    });

  /** The lines of a streamed answer. */
  async function lines(method: string, path: string, values: readonly object[] = []) {
    const response = await fetch(`${service.internalUrl}/v1/admin/users${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      ...(method === 'POST' && { body: values.map((value) => JSON.stringify(value)).join('\n') }),
    });
    const text = await response.text();
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  const hashes = async (): Promise<Map<unknown, string>> => {
    const users = await lines('GET', '/export?hashes=true');
    return new Map(users.map(({ email, password_hash }) => [email, String(password_hash)]));
  };

  it(
    'import hashes of other libraries, which log in, and are made anew then',
    { timeout: 60_000 },
    async () => {
      // The hasher is the same for all stores.
      const made = store === 'SQLite' ? HASHES : HASHES.slice(0, 1);
      const users = made.map(([, password_hash]) => ({ email: newEmail(), password_hash }));
      const statuses = async () => (await lines('POST', '/import', users)).map(({ status }) => status);
      expect(await statuses()).toEqual(users.map(() => 'created'));
      expect(await statuses()).toEqual(users.map(() => 'unchanged'));
      const before = await hashes();
      for (const { email, password_hash } of users) {
        const stored = before.get(email);
        expect(stored === password_hash || stored?.includes('|'), password_hash).toBe(true);
      }
      expect((await logIn(service, users[0]?.email ?? '', 'wrong horse battery')).status).toBe(401);
      for (const [n, { email }] of users.entries()) {
        expect((await logIn(service, email)).status, made[n]?.[0]).toBe(200);
      }
      const after = await hashes();
      for (const { email } of users) expect(after.get(email)).toMatch(/^\$argon2id\$v=19\$m=19456,[^|]+$/);
    },
  );

  it('refuse hashes that cost too much, with the line', async () => {
    const results = await lines('POST', '/import', [
      { email: newEmail(), password_hash: `$2b$15$${'A'.repeat(53)}` },
      { email: newEmail(), password: PASSWORD, metadata: { plan: 'gold' } },
    ]);
    expect(results).toMatchObject([
      { line: 1, status: 'failed', code: 'validation-failed' },
      { line: 2, status: 'created' },
    ]);
  });

  it('disable a user, whose tokens are dead at once, and delete the user', async () => {
    const { id, email, token: old } = await newUser(service);
    expect((await ask('PATCH', `/${id}`, { status: 'disabled' })).body).toMatchObject({ status: 'disabled' });
    expect((await me(service, old)).status).toBe(401);
    expect((await logIn(service, email)).status).toBe(401);
    expect((await ask('PATCH', `/${id}`, { status: 'active' })).status).toBe(200);
    expect((await me(service, old)).status).toBe(401);
    const { token: next } = tokensIn((await logIn(service, email)).body);
    expect((await ask('GET', `/${id}`)).body).toMatchObject({ session_count: 1, email });
    expect((await ask('DELETE', `/${id}/sessions`)).status).toBe(204);
    expect((await me(service, next)).status).toBe(401);
    const events = await call('GET', `${service.url}/v1/users/me/activity`, {
      token: tokensIn((await logIn(service, email)).body).token,
    });
    const actors = (events.body['events'] as { type: string; actor: string }[]).map(({ type, actor }) => [
      type,
      actor,
    ]);
    expect(actors).toContainEqual(['user.disabled', 'service:support']);
    expect(actors).toContainEqual(['user.enabled', 'service:support']);
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    expect((await ask('GET', `/${id}`)).status).toBe(404);
  });

  it('page through users by id and by email while users come and go', async () => {
    const prefix = newEmail().slice(0, 8);
    const added: string[] = [];
    for (let n = 0; n < 7; n++) {
      const { body } = await ask('POST', '', { email: `${prefix}${n}@example.com`, metadata: { n } });
      added.push(String(body['user_id']));
    }
    const seen: unknown[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await ask('GET', `?email_prefix=${prefix}&limit=2${after}`);
      const users = body['users'] as { user_id: string }[];
      seen.push(...users.map((user) => user.user_id));
      if (seen.length === 2) await ask('DELETE', `/${added[1] ?? ''}`);
      cursor = body['next_cursor'] as string | null;
    }
    expect(seen).toEqual(added);
    const { body } = await ask('GET', `?email=${prefix}0@example.com`);
    expect(body).toMatchObject({ users: [{ user_id: added[0], metadata: { n: 0 } }], next_cursor: null });
  });
});
