import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createPostgresDatabase,
  type PostgresDatabase,
  redisCli,
  type RedisServer,
  type Service,
  startRedis,
  startService,
} from '@user-management/servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, logIn, me, newUser, register } from './testing/client.ts';
import { keepAsking } from './testing/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'rotation-'));
const file = join(folder, 'secret');
let service: Service;

afterEach(() => service.stop());
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a rotation of the password of Redis', () => {
  let redis: RedisServer;

  const as = (password: string) => redis.url.replace('//', `//:${password}@`);
  const acceptInRedis = (password: string, ...rules: readonly string[]) =>
    redisCli(as(password), 'ACL', 'SETUSER', 'default', ...rules);

  /** Ends every connection to Redis. Resolves when the service has a new one. */
  async function cutConnections(password: string): Promise<void> {
    await redisCli(as(password), 'CLIENT', 'KILL', 'TYPE', 'normal');
    await expect
      .poll(() => redisCli(as(password), 'CLIENT', 'LIST'), { timeout: 10_000 })
      .toContain('name=user-management');
  }

  async function start() {
    redis = await startRedis({
      users: ['default on >old ~* &* +@all'],
      args: ['--appendonly', 'yes'],
    });
    writeFileSync(file, 'old');
    service = await startService({
      APP_ENV: 'production',
      DATABASE_URL: 'redis:',
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
      REDIS_PASSWORD_FILE: file,
    });
    const [user, revoked] = [await newUser(service), await newUser(service)];
    await call('POST', `${service.url}/v1/auth/logout`, { token: revoked.token });
    return { user, reads: [() => me(service, user.token), () => me(service, revoked.token)] };
  }
  afterEach(() => redis.stop());

  it('fails no request, and the old password is dead in the end', async () => {
    const { user, reads } = await start();
    const preferences = `${service.url}/v1/users/${user.id}/preferences`;
    const write = () => call('PUT', preferences, { token: user.token, json: { seen: 1 } });
    // Many logins of one account at once would have to wait.
    const logInAnew = async () => logIn(service, String((await register(service)).body['email']));
    const load = keepAsking([...reads, write, () => register(service), logInAnew]);
    await load.further(30);
    await acceptInRedis('old', '>new');
    writeFileSync(file, 'new');
    await load.further(30);
    await acceptInRedis('new', '<old');
    await load.further(30);
    expect((await load.end()).statuses).toEqual([200, 201, 401]);
    await expect(redisCli(as('old'), 'PING')).rejects.toThrow('WRONGPASS');

    // The connection of before still serves. The next one has the new password.
    await cutConnections('new');
    expect((await me(service, user.token)).status).toBe(200);
  });

  it('fails no read, although all connections are cut in both phases', async () => {
    const { reads } = await start();
    const load = keepAsking(reads);
    const cutUnderLoad = async (password: string) => {
      for (let times = 0; times < 3; times += 1) {
        await cutConnections(password);
        await load.further(100);
      }
    };
    await cutUnderLoad('old');
    await acceptInRedis('old', '>new');
    await cutUnderLoad('old');
    writeFileSync(file, 'new');
    await cutUnderLoad('new');
    await acceptInRedis('new', '<old');
    await cutUnderLoad('new');
    expect((await load.end()).statuses).toEqual([200, 401]);
    await expect(redisCli(as('old'), 'PING')).rejects.toThrow('WRONGPASS');
  });

  it('goes on with the previous password while the file is empty', async () => {
    const { user } = await start();
    writeFileSync(file, '');
    await cutConnections('old');
    expect((await me(service, user.token)).status).toBe(200);
    await expect.poll(() => service.output()).toContain('which is empty. It must be a file with the value.');
    expect(service.output()).toContain('The service continues with the previous value.');
  });
});

describe('a rotation of the role of PostgreSQL', () => {
  let redis: RedisServer;
  let postgres: PostgresDatabase;
  let [owner, blue, green]: string[] = [];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([startRedis(), createPostgresDatabase()]);
    const database = new URL(postgres.url).pathname.slice(1);
    [owner, blue, green] = ['owner', 'blue', 'green'].map((name) => `${name}_${database}`);
    // As in docs/rotation.md.
    await postgres.run(`
      CREATE ROLE ${owner} NOLOGIN;
      GRANT CREATE ON SCHEMA public TO ${owner};
      CREATE ROLE ${blue} LOGIN PASSWORD 'old' IN ROLE ${owner};
      ALTER ROLE ${blue} SET ROLE ${owner};
      CREATE ROLE ${green} NOLOGIN IN ROLE ${owner};
      ALTER ROLE ${green} SET ROLE ${owner};
    `);
  });
  afterAll(async () => {
    await postgres.run(`DROP OWNED BY ${owner}; DROP ROLE ${blue}, ${green}, ${owner}`);
    await Promise.all([postgres.drop(), redis.stop()]);
  });

  const urlOf = (role = '', password = ''): string =>
    Object.assign(new URL(postgres.url), { username: role, password }).href;
  const connectionsOf = async (role = ''): Promise<unknown> => {
    const rows = await postgres.run(
      `SELECT count(*)::int AS connections FROM pg_stat_activity WHERE usename = '${role}'`,
    );
    return rows[0]?.['connections'];
  };

  it('fails no request, and the old role is dead in the end', { timeout: 60_000 }, async () => {
    writeFileSync(file, urlOf(blue, 'old'));
    const env = { APP_ENV: 'production', REDIS_HOST: redis.host, REDIS_PORT: String(redis.port) };
    service = await startService({ ...env, DATABASE_URL_FILE: file });
    const user = await newUser(service);
    const preferences = `${service.url}/v1/users/${user.id}/preferences`;
    const write = () => call('PUT', preferences, { token: user.token, json: { seen: 1 } });
    const asks = [() => me(service, user.token), write, () => register(service)];

    const before = keepAsking(asks);
    await before.further(30);
    await postgres.run(`ALTER ROLE ${green} LOGIN PASSWORD 'new'`);
    writeFileSync(file, urlOf(green, 'new'));
    await before.further(30);
    expect((await before.end()).statuses).toEqual([200, 201]);
    expect(await connectionsOf(blue)).toBeGreaterThan(0);

    // As in docs/rotation.md: the outbox is read every two seconds, so one connection may stay in use.
    await expect
      .poll(
        async () => {
          await postgres.run(
            'SELECT pg_terminate_backend(pid) FROM pg_stat_activity ' +
              `WHERE usename = '${blue}' AND state = 'idle' AND state_change < now() - interval '1 second'`,
          );
          return connectionsOf(blue);
        },
        { timeout: 30_000, interval: 200 },
      )
      .toBe(0);
    const after = keepAsking(asks);
    await after.further(30);
    await postgres.run(`ALTER ROLE ${blue} NOLOGIN PASSWORD NULL`);
    await after.further(30);
    expect((await after.end()).statuses).toEqual([200, 201]);
    expect(await connectionsOf(green)).toBeGreaterThan(0);
    expect(await connectionsOf(blue)).toBe(0);
  });
});
