import {
  createPostgresDatabase,
  type PostgresDatabase,
  type RedisServer,
  type Service,
  startRedis,
  startService,
} from '@user-management/servers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { call, me, newUser } from './testing/client.ts';
import { keepAsking } from './testing/load.ts';

let redis: RedisServer;
let postgres: PostgresDatabase;
let replicas: Service[];

beforeEach(async () => {
  replicas = [];
  [redis, postgres] = await Promise.all([startRedis(), createPostgresDatabase()]);
});
afterEach(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await Promise.all([postgres.drop(), redis.stop()]);
});

const start = async (): Promise<Service> => {
  const replica = await startService({
    APP_ENV: 'production',
    DATABASE_URL: postgres.url,
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    SHUTDOWN_DELAY_MS: '1000',
  });
  replicas.push(replica);
  return replica;
};

/**
 * What a Service of Kubernetes does: each request goes to the next replica that is ready. Where the
 * connection is refused, it goes to the one after.
 */
class LoadBalancer {
  #ready: readonly Service[] = [];
  #turn = 0;

  /** As the readiness probe does. */
  async probe(): Promise<readonly Service[]> {
    const answers = await Promise.all(
      replicas.map(async (replica) => {
        const answer = await call('GET', `${replica.url}/readyz`).catch(() => undefined);
        return answer?.status === 200 ? replica : undefined;
      }),
    );
    return (this.#ready = answers.filter((replica) => replica !== undefined));
  }

  async ask<T>(request: (replica: Service) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      const replica = this.#ready[this.#turn++ % this.#ready.length];
      if (!replica) throw new Error('no replica is ready');
      try {
        return await request(replica);
      } catch (error) {
        if (!isRefused(error) || tries > replicas.length) throw error;
      }
    }
  }
}

const isRefused = (error: unknown): boolean =>
  ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';

/** Replaces every replica by a new one under load, as a rolling update does. @returns the statuses. */
async function replaceAll(balancer: LoadBalancer): Promise<readonly number[]> {
  await balancer.probe();
  const user = await balancer.ask(newUser);
  const preferences = `/v1/users/${user.id}/preferences`;
  const asks = [
    () => balancer.ask((replica) => me(replica, user.token)),
    () => balancer.ask(({ url }) => call('PUT', url + preferences, { token: user.token, json: { n: 1 } })),
  ];
  // More clients would leave no processor to the replica that starts.
  const load = keepAsking(asks, 3);
  for (const old of [...replicas]) {
    const replacement = await start();
    await expect.poll(() => balancer.probe()).toContain(replacement);
    await load.further(30);
    old.signal('SIGTERM');
    await expect.poll(() => balancer.probe()).not.toContain(old);
    expect(await old.exit).toBe(0);
    await load.further(30);
  }
  return (await load.end()).statuses;
}

it('a rolling update fails no request', { timeout: 120_000 }, async () => {
  await start();
  expect(await replaceAll(new LoadBalancer())).toEqual([200]);
});

it(
  'an update whose schema is one migration newer can be undone, and fails no request',
  { timeout: 120_000 },
  async () => {
    await start();
    // The newer version, of which the schema is left.
    await postgres.run(`
    ALTER TABLE users ADD COLUMN later text;
    INSERT INTO users_migration VALUES ('9001-later', now()::text);
  `);
    expect(await replaceAll(new LoadBalancer())).toEqual([200]);
  },
);
