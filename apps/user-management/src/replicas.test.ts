import {
  createPostgresDatabase,
  type PostgresDatabase,
  type RedisServer,
  type Service,
  startRedis,
  startService,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, logIn, me, newEmail, newUser, register } from './testing/client.ts';

describe.each(['redis', 'postgres'])('two replicas with users in %s', (store) => {
  let redis: RedisServer;
  let postgres: PostgresDatabase;
  let one: Service;
  let two: Service;

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
    // Both start at once, so that both find an empty database.
    [one, two] = await Promise.all([startService(env), startService(env)]);
  });
  afterAll(async () => {
    await Promise.all([one.stop(), two.stop()]);
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
});
