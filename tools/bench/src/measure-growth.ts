import { randomInt } from 'node:crypto';
import { Agent, type IncomingMessage, request, type RequestOptions } from 'node:http';
import { once } from 'node:events';
import { RandomIdentifiers } from '@user-management/crypto';
import { parseTimestamp, type PasswordHash } from '@user-management/domain';
import { createRedis, type Redis, RedisTokenStore } from '@user-management/redis';
import { type RedisServer, type Service, startRedis, startService } from '@user-management/servers';
import { hash } from 'argon2';
import { quantile } from './rounds.ts';
import { sampleUser, sampleUsers } from './sample-users.ts';
import { JSON_TYPE, PASSWORD, productionEnv } from './scene.ts';
import { logger, redisObserver } from './silent.ts';
import { type FillableStore, STORES } from './stores.ts';
import type { Row } from './table.ts';

const FEW = 1_000;
const READS = 2_000;
const LOGINS = 100;
const CLIENTS = 2;
/** Seconds; every round reads other users, or the same ones long after they have expired: it is the store that is measured. */
const CACHE_TTL = 1;

/** Reads that miss the cache and logins, with a thousand users and with many, in each store that lasts. */
export async function measureGrowth(many: number, rounds: number): Promise<Row[]> {
  const passwordHash = (await hash(PASSWORD, {
    memoryCost: 19_456,
    timeCost: 2,
    parallelism: 1,
  })) as PasswordHash;
  const rows: Row[] = [];
  for (const store of Object.keys(STORES)) {
    const small = await populate(store, FEW, passwordHash);
    const large = await populate(store, many, passwordHash);
    for (let round = 0; round <= rounds; round += 1) {
      for (const population of [small, large]) await population.measure(round > 0);
    }
    rows.push(compare(`reads from ${store}`, small.reads, large.reads, many));
    rows.push(compare(`logins with ${store}`, small.logins, large.logins, many));
    await small.close();
    await large.close();
  }
  return rows;
}

function compare(what: string, few: readonly number[], lots: readonly number[], many: number): Row {
  const [small, large] = [quantile(few, 0.99), quantile(lots, 0.99)];
  const median = `medians ${quantile(few, 0.5).toFixed(2)} and ${quantile(lots, 0.5).toFixed(2)} ms`;
  return {
    what: `${what}: p99 with ${many} users, against ${FEW}`,
    result: (large / small).toFixed(2),
    wanted: '<= 1.5',
    raw: `${large.toFixed(2)} ms, ${small.toFixed(2)} ms; ${median}`,
  };
}

async function populate(name: string, count: number, passwordHash: PasswordHash): Promise<Population> {
  const server = await startRedis({ args: ['--appendonly', 'yes'] });
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
  const store = await STORES[name]?.(redis);
  if (!store) throw new Error(`no such store: ${name}`);
  await store.fill(sampleUsers(count, passwordHash, `${name}, ${count} users`));
  const env = { ...productionEnv(server), DATABASE_URL: store.url, REDIS_CACHE_TTL: String(CACHE_TTL) };
  return new Population(count, passwordHash, await startService(env), { redis, server, store });
}

interface Parts {
  readonly redis: Redis;
  readonly server: RedisServer;
  readonly store: FillableStore;
}

/** A running service over a store with so many users. */
class Population {
  /** Milliseconds. */
  readonly reads: number[] = [];
  readonly logins: number[] = [];
  readonly #count: number;
  readonly #passwordHash: PasswordHash;
  readonly #service: Service;
  readonly #parts: Parts;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(count: number, passwordHash: PasswordHash, service: Service, parts: Parts) {
    this.#count = count;
    this.#passwordHash = passwordHash;
    this.#service = service;
    this.#parts = parts;
  }

  async measure(keep: boolean): Promise<void> {
    const tokens = await this.#issueTokens();
    const reads = await this.#inParallel(tokens, (token) =>
      this.#time('/v1/users/me', { headers: { authorization: `Bearer ${token}` } }),
    );
    const bodies = Array.from({ length: LOGINS }, () =>
      JSON.stringify({ email: this.#someUser().email, password: PASSWORD, device_id: 'bench' }),
    );
    const logins = await this.#inParallel(bodies, (body) =>
      this.#time('/v1/auth/login', { method: 'POST', headers: JSON_TYPE }, body),
    );
    if (!keep) return;
    this.reads.push(...reads);
    this.logins.push(...logins);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#service.stop();
    await this.#parts.redis.close();
    await this.#parts.store.close();
    await this.#parts.server.stop();
  }

  #someUser() {
    return sampleUser(randomInt(this.#count), this.#passwordHash);
  }

  #issueTokens(): Promise<string[]> {
    const clock = { now: () => parseTimestamp(Date.now()) };
    const tokens = new RedisTokenStore(this.#parts.redis, { clock, observer: redisObserver, logger });
    const identifiers = new RandomIdentifiers();
    const issue = async () => {
      const { id: userId, email, deviceId } = this.#someUser();
      const token = identifiers.newAuthToken();
      await tokens.save(token, { userId, email, deviceId, expiresIn: 3600, createdAt: clock.now() });
      return token;
    };
    return Promise.all(Array.from({ length: READS }, issue));
  }

  async #inParallel<T>(inputs: readonly T[], measure: (input: T) => Promise<number>): Promise<number[]> {
    const queue = inputs.values();
    const figures: number[] = [];
    const client = async () => {
      for (const input of queue) figures.push(await measure(input));
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return figures;
  }

  async #time(path: string, options: RequestOptions, body?: string): Promise<number> {
    const began = performance.now();
    const outgoing = request(this.#service.url + path, { agent: this.#agent, ...options });
    outgoing.end(body);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    if (answer.statusCode !== 200) throw new Error(`${path} answered ${answer.statusCode ?? 'nothing'}`);
    return performance.now() - began;
  }
}
