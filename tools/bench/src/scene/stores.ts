import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PasswordHash, User, UserRepository } from '@user-management/domain';
import { type Redis, RedisUsers } from '@user-management/redis';
import { startPostgres } from '@user-management/servers';
import { openPostgres, openSqlite, type SqlStore } from '@user-management/sql';
import { logger } from './silent.ts';

/** A user store that can be filled. */
export interface FillableStore {
  /** With the `DATABASE_URL` that leads to it. */
  readonly environment: Readonly<Record<string, string>>;
  fill(users: Iterable<User>): Promise<void>;
  close(): Promise<void>;
}

/** So many users with one password. */
export interface Sample {
  readonly count: number;
  readonly passwordHash: PasswordHash;
}

/** By name. */
export const STORES: Record<string, (redis: Redis, sample: Sample) => Promise<FillableStore>> = {
  memory: (_, { count, passwordHash }) =>
    Promise.resolve({
      environment: {
        // Production refuses a store that is lost on exit.
        APP_ENV: 'development',
        DATABASE_URL: 'memory:',
        NODE_OPTIONS: `--import=${import.meta.resolve('./filled-memory.ts')}`,
        BENCH_USERS: String(count),
        BENCH_PASSWORD_HASH: passwordHash,
      },
      fill: () => Promise.resolve(),
      close: () => Promise.resolve(),
    }),
  sqlite: () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    const path = join(folder, 'users.db');
    const fill = async (users: Iterable<User>) => load(await openSqlite({ path, logger }), users);
    const close = () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    };
    return Promise.resolve({ environment: { DATABASE_URL: `sqlite:${path}` }, fill, close });
  },
  postgres: async () => {
    const server = await startPostgres();
    const { url } = server;
    const options = { url, connectTimeoutMs: 5_000, statementTimeoutMs: 60_000, poolSize: 2, logger };
    return {
      environment: { DATABASE_URL: url },
      fill: async (users) => load(await openPostgres(options), users),
      close: () => server.stop(),
    };
  },
  redis: (redis) =>
    Promise.resolve({
      environment: { DATABASE_URL: 'redis:' },
      fill: async (users) => addAll(await RedisUsers.open(redis), users),
      close: () => Promise.resolve(),
    }),
};

async function load(store: SqlStore, users: Iterable<User>): Promise<void> {
  await store.load(users);
  await store.close();
}

/** How many users are on their way at a time. */
const ADDERS = 500;

async function addAll(store: UserRepository, users: Iterable<User>): Promise<void> {
  const queue = users[Symbol.iterator]();
  const adder = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await store.add(next.value);
  };
  await Promise.all(Array.from({ length: ADDERS }, adder));
}
