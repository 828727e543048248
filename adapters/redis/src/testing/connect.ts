import { createClient } from 'redis';
import { onTestFinished } from 'vitest';
import { createRedis } from '../topology/create-redis.ts';
import type { Secret } from '../connection/options.ts';
import type { RedisOptions } from '../topology/options.ts';
import type { Redis } from '../topology/redis.ts';
import { Recorder } from './recorder.ts';

export const secret = (text: string): Secret => ({ reveal: () => text });

export interface Connected {
  readonly redis: Redis;
  readonly recorder: Recorder;
}

/** Options for the server of the URL, with short timeouts. */
export function optionsFor(url: string, recorder = new Recorder()): RedisOptions {
  const { protocol, hostname, port, pathname } = new URL(url);
  return {
    mode: 'standalone',
    nodes: [{ host: hostname, port: Number(port) }],
    database: Number(pathname.slice(1)),
    tls: protocol === 'rediss:' ? {} : undefined,
    connectTimeoutMs: 2_000,
    commandTimeoutMs: 500,
    consequence: 'the test goes on',
    observer: recorder,
    logger: recorder,
  };
}

/** For tests that send thousands of commands, because a busy machine may be slow with one of them. */
export const PATIENT = { commandTimeoutMs: 10_000 };

/** Creates a client that is not connected yet. It is closed after the test. */
export function createFor(
  url: string,
  options: Partial<RedisOptions> = {},
  create: (options: RedisOptions) => Redis = createRedis,
): Connected {
  const recorder = new Recorder();
  const redis = create({ ...optionsFor(url, recorder), ...options });
  onTestFinished(() => redis.close());
  return { redis, recorder };
}

export async function connect(url: string, options: Partial<RedisOptions> = {}): Promise<Connected> {
  const connected = createFor(url, options);
  await connected.redis.connect();
  return connected;
}

/** A client beside the adapter. It plays other users of Redis. */
export async function connectRaw(url: string) {
  const client = createClient({ url, RESP: 3, socket: { reconnectStrategy: false } });
  client.on('error', () => undefined);
  await client.connect();
  onTestFinished(() => client.destroy());
  return client;
}
