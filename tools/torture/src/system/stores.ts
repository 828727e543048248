import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ChallengeRepository,
  DependencyUnavailable,
  type EventLog,
  type Outbox,
  type SessionRepository,
  type UserRepository,
  type WebhookQueue,
} from '@user-management/domain';
import { createMemoryStore } from '@user-management/memory';
import {
  type Redis,
  RedisChallenges,
  RedisEvents,
  RedisOutbox,
  RedisSessions,
  RedisUsers,
  RedisWebhookQueue,
} from '@user-management/redis';
import { openPostgres, openSqlite } from '@user-management/sql';
import { FaultyProxy } from '../network/faulty-proxy.ts';

export const STORES = ['memory', 'sqlite', 'postgres', 'redis'] as const;
export type StoreName = (typeof STORES)[number];

/** The store as one replica uses it. */
export interface StoreLink {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly challenges: ChallengeRepository;
  readonly events: EventLog;
  readonly outbox: Outbox;
  readonly webhooks: WebhookQueue;
  /** The network between the replica and the store, if there is one. */
  readonly proxy?: FaultyProxy;
  close(): Promise<void>;
}

/** One store for all replicas. */
export interface SharedStore {
  /** The extra time that a call may take in this store, with the injected faults. */
  readonly patienceMs: number;
  /** @param redis the replica's connection, for a store in Redis */
  link(redis: Redis): Promise<StoreLink>;
  close(): Promise<void>;
}

const nothing = (): Promise<void> => Promise.resolve();
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openStore(name: StoreName, postgresUrl?: string): Promise<SharedStore> {
  switch (name) {
    case 'memory':
      return memory();
    case 'sqlite':
      return sqlite(await mkdtemp(join(tmpdir(), 'torture-')));
    case 'redis':
      return redis;
    case 'postgres':
      if (postgresUrl === undefined) throw new Error('The store postgres needs the URL of a server.');
      return postgres(postgresUrl);
  }
}

function memory(): SharedStore {
  const store = { ...createMemoryStore(), close: nothing };
  return { patienceMs: 0, link: () => Promise.resolve(store), close: nothing };
}

const sqlite = (folder: string): SharedStore => ({
  patienceMs: 0,
  link: () => openSqlite({ path: join(folder, 'users.db'), logger }),
  close: () => rm(folder, { recursive: true }),
});

const redis: SharedStore = {
  patienceMs: 0,
  link: async (connection) => ({
    users: await RedisUsers.open(connection),
    sessions: new RedisSessions(connection),
    challenges: new RedisChallenges(connection),
    events: new RedisEvents(connection),
    outbox: new RedisOutbox(connection),
    webhooks: new RedisWebhookQueue(connection),
    close: nothing,
  }),
  close: nothing,
};

const ATTEMPTS = 20;

/** A call makes up to three statements. Each may wait for a connection and for the server. */
const POSTGRES = { connectTimeoutMs: 400, statementTimeoutMs: 400, poolSize: 4 };

/** Opens a store. On a busy machine it may need several attempts to connect. */
async function opened<T>(open: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof DependencyUnavailable) || attempts === ATTEMPTS) throw error;
    }
  }
}

const postgres = (url: string): SharedStore => ({
  patienceMs: 4_000,
  link: async () => {
    const proxied = new URL(url);
    const proxy = await FaultyProxy.start({ host: proxied.hostname, port: Number(proxied.port) });
    proxied.host = `${proxy.host}:${proxy.port}`;
    const store = await opened(() => openPostgres({ url: proxied.href, logger, ...POSTGRES }));
    const close = async (): Promise<void> => {
      await store.close();
      await proxy.close();
    };
    return { ...store, proxy, close };
  },
  close: nothing,
});
