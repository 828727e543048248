import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Event, PasswordHash, Session, User } from '@user-management/domain';
import { type Redis, RedisSessions, RedisUsers } from '@user-management/redis';
import { startPostgres } from '@user-management/servers';
import { openPostgres, openSqlite } from '@user-management/sql';
import { Client } from 'pg';
import { batches, EVENTS, loadIntoPostgres, loadIntoSqlite, SESSIONS, USERS } from './bulk-load.ts';
import { memoryOf } from './redis.ts';
import { logger } from './silent.ts';

/** A user store that the benchmark can fill. */
export interface FillableStore {
  /** The variables of the service, with the `DATABASE_URL` of this store. */
  readonly environment: Readonly<Record<string, string>>;
  fill(users: Iterable<User>): Promise<void>;
  /** After `fill`. Nothing outside can add sessions to the memory of the service. */
  readonly fillSessions?: (sessions: Iterable<Session>) => Promise<void>;
  /** After `fill`. */
  readonly fillEvents?: (events: Iterable<Event>) => Promise<void>;
  /** @returns the size of everything that it holds, in bytes */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A number of users with the same password. */
export interface Sample {
  readonly count: number;
  readonly passwordHash: PasswordHash;
}

export const STORES: Record<string, (redis: Redis, sample: Sample) => Promise<FillableStore>> = {
  memory: (_, { count, passwordHash }) =>
    Promise.resolve({
      environment: {
        // Production refuses a store that loses its users at the end of the process.
        APP_ENV: 'development',
        DATABASE_URL: 'memory:',
        NODE_OPTIONS: `--import=${import.meta.resolve('./filled-memory.ts')}`,
        BENCH_USERS: String(count),
        BENCH_PASSWORD_HASH: passwordHash,
      },
      fill: () => Promise.resolve(),
      // The users are a part of the memory of the service, which nothing outside can measure.
      size: () => Promise.resolve(NaN),
      close: () => Promise.resolve(),
    }),
  sqlite: () => {
    const folder = makeFolder();
    const path = join(folder, 'users.db');
    const fill = async (users: Iterable<User>) => {
      await (await openSqlite({ path, logger })).close();
      loadIntoSqlite(path, USERS, users);
    };
    const fillSessions = (sessions: Iterable<Session>) => {
      loadIntoSqlite(path, SESSIONS, sessions);
      return Promise.resolve();
    };
    const fillEvents = (events: Iterable<Event>) => {
      loadIntoSqlite(path, EVENTS, events);
      return Promise.resolve();
    };
    const size = () => {
      using database = new DatabaseSync(path);
      database.exec('pragma wal_checkpoint(truncate)');
      return Promise.resolve(statSync(path).size);
    };
    const close = () => {
      rmSync(folder, { recursive: true });
      return Promise.resolve();
    };
    const environment = { DATABASE_URL: `sqlite:${path}` };
    return Promise.resolve({ environment, fill, fillSessions, fillEvents, size, close });
  },
  postgres: async () => {
    const server = await startPostgres();
    const { url } = server;
    const options = { url, connectTimeoutMs: 5_000, statementTimeoutMs: 60_000, poolSize: 2, logger };
    return {
      environment: { DATABASE_URL: url },
      fill: async (users) => {
        await (await openPostgres(options)).close();
        await loadIntoPostgres(url, USERS, users);
      },
      fillSessions: (sessions) => loadIntoPostgres(url, SESSIONS, sessions),
      fillEvents: (events) => loadIntoPostgres(url, EVENTS, events),
      size: () => sizeInPostgres(url),
      close: () => server.stop(),
    };
  },
  redis: (redis) =>
    Promise.resolve({
      environment: { DATABASE_URL: 'redis:' },
      fill: async (users) => {
        const store = await RedisUsers.open(redis);
        for (const batch of batches(users)) await store.addAll(batch.map((user) => ({ user })));
      },
      fillSessions: (sessions) => {
        const store = new RedisSessions(redis);
        return inTurns(sessions, (session) => store.add(session));
      },
      fillEvents: async (events) => {
        const store = await RedisUsers.open(redis);
        // As a change of the user has it.
        const touch = (user: User): User => ({ ...user, version: user.version + 1 });
        await inTurns(events, (event) => store.update(event.userId, touch, { events: [event] }));
      },
      size: () => memoryOf(redis),
      close: () => Promise.resolve(),
    }),
};

export const makeFolder = (): string => mkdtempSync(join(tmpdir(), 'bench-'));

/** The number of concurrent writes. */
const ADDERS = 500;

/** Calls `act` with each item, and with many items at the same time. */
export async function inTurns<T>(items: Iterable<T>, act: (item: T) => Promise<unknown>): Promise<void> {
  const queue = items[Symbol.iterator]();
  const adder = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await act(next.value);
  };
  await Promise.all(Array.from({ length: ADDERS }, adder));
}

async function sizeInPostgres(url: string): Promise<number> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ size: string }>(
      `select pg_database_size(current_database()) as size`,
    );
    return Number(rows[0]?.size);
  } finally {
    await client.end();
  }
}
