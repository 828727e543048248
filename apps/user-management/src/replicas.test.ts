import {
  createPostgresDatabase,
  type PostgresDatabase,
  redisCli,
  type RedisServer,
  type Service,
  startRedis,
  startService,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  call,
  logIn,
  me,
  newEmail,
  newUser,
  PASSWORD,
  refresh,
  register,
  tokensIn,
} from './testing/client.ts';
import { redisContents } from './testing/redis-contents.ts';

describe.each(['redis', 'postgres'])('three replicas with users in %s', (store) => {
  let redis: RedisServer;
  let postgres: PostgresDatabase;
  let one: Service;
  let two: Service;
  let three: Service;

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([
      startRedis({ args: ['--appendonly', 'yes'] }),
      createPostgresDatabase(),
    ]);
    const env = {
      APP_ENV: 'production',
      DATABASE_URL: store === 'redis' ? 'redis:' : postgres.url,
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    };
    // They start at once, so that all find an empty database.
    [one, two, three] = await Promise.all([startService(env), startService(env), startService(env)]);
  });
  afterAll(async () => {
    await Promise.all([one.stop(), two.stop(), three.stop()]);
    await Promise.all([redis.stop(), postgres.drop()]);
  });

  it('lets exactly one of twenty simultaneous registrations of an email win', async () => {
    const email = newEmail();
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => register(n % 2 ? one : two, email)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(19).fill(409)]);
    expect((await logIn(one, email)).status).toBe(200);
  });

  it('shows a change on the other replica as soon as it is acknowledged', async () => {
    const { id, token } = await newUser(one);
    const path = `/v1/users/${id}/preferences`;
    for (let n = 0; n < 50; n += 1) {
      const [writer, reader] = n % 2 ? [one, two] : [two, one];
      await call('PATCH', writer.url + path, { token, json: { n } });
      expect((await call('GET', reader.url + path, { token })).body['preferences']).toEqual({ n });
    }
  });

  it('keeps concurrent merge patches to different members, on any replica', async () => {
    const { id, token } = await newUser(one);
    const path = `/v1/users/${id}/preferences`;
    const names = Array.from({ length: 20 }, (_, n) => `member-${n}`);
    await Promise.all(
      names.map((name, n) => call('PATCH', (n % 2 ? one : two).url + path, { token, json: { [name]: n } })),
    );
    const { body } = await call('GET', one.url + path, { token });
    expect(body['preferences']).toEqual(Object.fromEntries(names.map((name, n) => [name, n])));
  });

  it('refuses a token everywhere as soon as the logout is acknowledged', async () => {
    for (let n = 0; n < 20; n += 1) {
      const { token } = await newUser(one);
      expect([(await me(one, token)).status, (await me(two, token)).status]).toEqual([200, 200]);
      await call('POST', `${one.url}/v1/auth/logout`, { token });
      expect([(await me(two, token)).status, (await me(one, token)).status]).toEqual([401, 401]);
    }
  });

  it('gives twenty-one uses of one refresh token the same tokens, on any replica', async () => {
    const { refreshToken } = await newUser(one);
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, n) => refresh([one, two, three][n % 3] ?? one, refreshToken)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const tokens = answers.map(({ body }) => tokensIn(body));
    expect(new Set(tokens.map((pair) => pair.token)).size).toBe(1);
    expect(new Set(tokens.map((pair) => pair.refreshToken)).size).toBe(1);
    for (const replica of [one, two, three]) {
      expect((await me(replica, tokens[0]?.token ?? '')).status).toBe(200);
    }
  });

  it('ends every other session everywhere as soon as it is acknowledged', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { email, token } = await newUser(one);
      const other = tokensIn((await logIn(two, email)).body);
      for (const replica of [one, two]) expect((await me(replica, other.token)).status).toBe(200);
      await call('DELETE', `${one.url}/v1/users/me/sessions`, { token });
      expect([(await me(two, other.token)).status, (await me(one, other.token)).status]).toEqual([401, 401]);
      expect([(await me(two, token)).status, (await me(one, token)).status]).toEqual([200, 200]);
      expect((await refresh(two, other.refreshToken)).status).toBe(401);
    }
  });

  it('lets clients refresh and go on when Redis has lost every token', async () => {
    const { token, refreshToken } = await newUser(one);
    await forgetTokens();
    expect((await me(two, token)).status).toBe(401);
    const next = tokensIn((await refresh(two, refreshToken)).body);
    for (const replica of [one, two]) expect((await me(replica, next.token)).status).toBe(200);
  });

  it('leaves nothing of a deleted user', async () => {
    const { id, email, token, refreshToken } = await newUser(one);
    await logIn(two, email);
    await refresh(two, refreshToken);
    const answer = await call('DELETE', `${one.url}/v1/users/me`, { token, json: { password: PASSWORD } });
    expect(answer.status).toBe(204);
    expect((await me(two, token)).status).toBe(401);
    expect(await contents()).not.toContain(id);
    expect(await contents()).not.toContain(email);
    const events = await eventsOf(id);
    expect(events).toContain('user.deleted');
    for (const personal of ['ses_', '127.0.0.1', '"test"']) expect(events).not.toContain(personal);
    expect((await register(two, email)).status).toBe(201);
  });

  /** As an emptied Redis: the tokens go, and users that are kept in Redis stay. */
  async function forgetTokens(): Promise<void> {
    const keys = (await redisCli(redis.url, 'KEYS', 'auth:token:*')) as string[];
    await redisCli(redis.url, 'DEL', ...keys);
  }

  /** What is left of the events of a deleted user. */
  async function eventsOf(id: string): Promise<string> {
    if (store === 'postgres') {
      return JSON.stringify(await postgres.run(`select * from events where user_id = '${id}'`));
    }
    const all = await redisContents(redis.url);
    const groups = all[`record:events:user:${id}`] as readonly string[];
    return JSON.stringify(groups.map((group) => all[group]));
  }

  /** Every key and value of Redis, and every row of PostgreSQL, without events. */
  async function contents(): Promise<string> {
    const all = Object.entries(await redisContents(redis.url));
    const entries = all.filter(([key]) => !key.startsWith('record:event'));
    const rows =
      store === 'postgres'
        ? [await postgres.run('select * from users'), await postgres.run('select * from sessions')]
        : [];
    return JSON.stringify([entries, rows]);
  }
});
