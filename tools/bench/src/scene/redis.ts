import { setTimeout as sleep } from 'node:timers/promises';
import { createRedis, field, type Redis } from '@user-management/redis';
import { type RedisServer, startRedis } from '@user-management/servers';
import { logger, redisObserver } from './silent.ts';

export interface OpenRedis {
  readonly server: RedisServer;
  readonly redis: Redis;
  /** The memory that Redis uses, in bytes. */
  readonly size: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** As in the manifests. In a Redis that holds the users, an acknowledged write is on the disk. */
export const likeManifests = ({ holdsUsers }: Purpose): string[] => [
  ...['--appendonly', 'yes', '--zset-max-listpack-value', '128'],
  ...(holdsUsers ? ['--appendfsync', 'always'] : []),
];

interface Purpose {
  readonly holdsUsers: boolean;
}

/** Starts a Redis for one measurement, with an append-only file. */
export async function openRedis(purpose: Purpose): Promise<OpenRedis> {
  const server = await startRedis({ args: [...likeManifests(purpose), '--enable-debug-command', 'yes'] });
  const redis = createRedis({
    mode: 'standalone',
    nodes: [server],
    database: 0,
    connectTimeoutMs: 5_000,
    commandTimeoutMs: 60_000,
    consequence: 'the benchmark fails',
    observer: redisObserver,
    logger,
  });
  await redis.connect();
  return {
    server,
    redis,
    size: () => memoryOf(redis),
    async close() {
      await redis.close();
      await server.stop();
    },
  };
}

/**
 * Lets Redis rewrite its append-only file. Redis does so each time the file has doubled: for a million users
 * that takes a core for half a minute, once in half a million writes. Right after their load it could come
 * during the measurement.
 */
export async function rewriteFile(redis: Redis): Promise<void> {
  await untilRewritten(redis);
  await redis.each((session) => session.send(['BGREWRITEAOF']));
  await untilRewritten(redis);
}

async function untilRewritten(redis: Redis): Promise<void> {
  for (;;) {
    const [info] = await redis.each((session) => session.send(['INFO', 'persistence']));
    if (field(String(info), 'aof_rewrite_in_progress') === '0') return;
    await sleep(100);
  }
}

export async function memoryOf(redis: Redis): Promise<number> {
  const [info] = await redis.each((session) => session.send(['INFO', 'memory']));
  return Number(field(String(info), 'used_memory'));
}

/** As long as the key of a token, with the number that Redis adds. */
const PREFIX = `auth:token:${'0'.repeat(56)}`;
/** As long as a token in Redis. */
const VALUE_BYTES = 256;
/** Redis answers nothing else while it makes them. */
const AT_ONCE = 1_000_000;

/** Adds keys of the shape of tokens. Redis makes them itself: to send ten million of them takes minutes. */
export async function populate(redis: Redis, count: number): Promise<void> {
  for (let made = 0; made < count; made += AT_ONCE) {
    const batch = String(Math.min(AT_ONCE, count - made));
    const command = ['DEBUG', 'POPULATE', batch, `${PREFIX}${made}`, String(VALUE_BYTES)];
    await redis.each((session) => session.send(command));
  }
}
