import { randomInt, randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { NodeSecrets } from '@user-management/crypto';
import {
  type AuthToken,
  authTokenOf,
  parseTimestamp,
  type PasswordHash,
  SEEN_EVERY_MS,
} from '@user-management/domain';
import { type Redis, RedisTokenStore } from '@user-management/redis';
import { type Service, startService } from '@user-management/servers';
import { hash } from 'argon2';
import { quickHash } from './quick-hash.ts';
import { type Client, refresh } from './clients.ts';
import { openRedis, populate, rewriteFile } from './redis.ts';
import { sampleLogin, sampleLogins } from './sample-sessions.ts';
import { sampleUser, sampleUsers } from './sample-users.ts';
import { PASSWORD, productionEnv } from './scene.ts';
import { SERVICE_TOKEN } from './service-token.ts';
import { logger, redisObserver } from './silent.ts';
import { type FillableStore, inTurns, STORES } from './stores.ts';
import { timedRequest } from './timed-request.ts';

/** Few clients, because these figures are about the time of each request. */
const FEW_CLIENTS = 2;
/** In seconds. Cached users expire before they are read again, so that the reads measure the store. */
const CACHE_TTL = 1;

/** One hash for all users, because a million hashes would take half a day. */
const hashOfAll = (): Promise<PasswordHash> =>
  hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }) as Promise<PasswordHash>;

/** What a population has beside its users. */
interface Scale {
  /** Each user has a session with a token, and a login computes no hash. */
  readonly loggedIn?: boolean;
  /** More keys in Redis, of the shape of tokens. */
  readonly keys?: number;
}

const QUICK = `--import=${import.meta.resolve('./quick-argon2.ts')}`;
const quickHashOfAll = quickHash(PASSWORD, 'm=19456,t=2,p=1', 'c29tZXNhbHRzb21lc2FsdA') as PasswordHash;

interface Parts {
  readonly count: number;
  readonly passwordHash: PasswordHash;
  readonly redis: Redis;
  /** Ends the Redis. */
  readonly close: () => Promise<void>;
  readonly store: FillableStore;
  readonly service: Service;
}

/** A running service with a filled store. */
export class Population {
  readonly #parts: Parts;
  readonly #agent = new Agent({ keepAlive: true });
  /** What the clients have after a refresh, by the number of the user. */
  readonly #refreshed = new Map<number, Client>();
  /** Sessions that `writingChecks` has taken. */
  #written = 0;

  /** @param storeName a name in `STORES` */
  static async open(
    storeName: string,
    count: number,
    more: Readonly<Record<string, string>> = {},
    { loggedIn = false, keys = 0 }: Scale = {},
  ): Promise<Population> {
    const { server, redis, close } = await openRedis({ holdsUsers: storeName === 'redis' });
    const passwordHash = loggedIn ? quickHashOfAll : await hashOfAll();
    const store = await STORES[storeName]?.(redis, { count, passwordHash });
    if (!store) throw new Error(`There is no store ${storeName}.`);
    await store.fill(sampleUsers(count, passwordHash, `${storeName}, ${count} users`));
    if (loggedIn && store.fillSessions) await logAllIn(redis, store.fillSessions, count);
    await rewriteFile(redis);
    await populate(redis, keys);
    const env = {
      ...productionEnv(server),
      REDIS_CACHE_TTL: String(CACHE_TTL),
      ...store.environment,
      ...(loggedIn && { NODE_OPTIONS: `${store.environment['NODE_OPTIONS'] ?? ''} ${QUICK}` }),
      ...more,
    };
    const service = await startService(env);
    return new Population({ count, passwordHash, redis, close, store, service });
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reads random users with their tokens. @returns the milliseconds of each read */
  async reads(count: number, clients = FEW_CLIENTS): Promise<number[]> {
    const tokens = await Promise.all(Array.from({ length: count }, () => this.#issueToken()));
    const url = `${this.#parts.service.url}/v1/users/me`;
    return inParallel(clients, tokens, (token) => timedRequest(url, { agent: this.#agent, token }));
  }

  /**
   * Checks random sessions, which were seen less than a minute ago.
   * @param among the number of sessions. A few of them stay in the memory of the service.
   * @returns the milliseconds of each check
   */
  sessionChecks(count: number, among = this.#parts.count, clients = FEW_CLIENTS): Promise<number[]> {
    return this.#check(
      Array.from({ length: count }, () => sampleLogin(this.#spread(randomInt(among), among)).token),
      clients,
    );
  }

  /**
   * Checks sessions that were not seen for a minute, so each check also writes that they were seen. Every
   * call takes other ones.
   * @param among the number of sessions of all calls.
   * @returns the milliseconds of each check
   */
  async writingChecks(count: number, among: number): Promise<number[]> {
    const tokens = tokensIn(this.#parts.redis);
    const logins = Array.from({ length: count }, () => sampleLogin(this.#spread(this.#written++, among)));
    const createdAt = parseTimestamp(Date.now() - 2 * SEEN_EVERY_MS);
    for (const { session, record } of logins)
      await tokens.save(session.token.digest, { ...record, createdAt });
    return this.#check(logins.map(({ token }) => token));
  }

  /** Refreshes random sessions. @returns the milliseconds of each refresh */
  refreshes(count: number, clients = FEW_CLIENTS): Promise<number[]> {
    const numbers = Array.from({ length: count }, () => randomInt(this.#parts.count));
    return inParallel(clients, [...new Set(numbers)], async (n) => {
      const client = this.#refreshed.get(n) ?? { userId: '', ...sampleLogin(n) };
      this.#refreshed.set(n, client);
      const began = performance.now();
      await refresh(this.#parts.service.url, client);
      return performance.now() - began;
    });
  }

  /** Reads one user many times, from the memory of the service. @returns the milliseconds of each read */
  async checks(count: number, clients: number): Promise<number[]> {
    const token = await this.#issueToken();
    const url = `${this.#parts.service.url}/v1/users/me`;
    return inParallel(clients, Array<string>(count).fill(token), (one) =>
      timedRequest(url, { agent: this.#agent, token: one }),
    );
  }

  /** Logs in random users. @returns the milliseconds of each login */
  logins(count: number, clients = FEW_CLIENTS): Promise<number[]> {
    const emails = Array.from({ length: count }, () => this.#someUser().email);
    return inParallel(clients, emails, (email) => this.login(email));
  }

  /** Lists users from random places on, by id and by email. @returns the milliseconds of each page */
  lists(count: number): Promise<number[]> {
    const queries = Array.from({ length: count }, (_, n) => {
      const { id, email } = this.#someUser();
      return n % 2 ? `cursor=${id}` : `email_prefix=${email.replace('@example.com', '')}`;
    });
    const users = `${this.#parts.service.internalUrl}/v1/admin/users`;
    return inParallel(FEW_CLIENTS, queries, (query) =>
      timedRequest(`${users}?limit=50&${query}`, { agent: this.#agent, token: SERVICE_TOKEN }),
    );
  }

  /** Imports new users with the hash of all. @returns how many in a second */
  async imports(count: number): Promise<number> {
    const name = randomUUID();
    const { passwordHash, service } = this.#parts;
    const lines = Array.from({ length: count }, (_, n) =>
      JSON.stringify({ email: `${name}-${n}@example.com`, password_hash: passwordHash }),
    );
    const began = performance.now();
    const answer = await fetch(`${service.internalUrl}/v1/admin/users/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SERVICE_TOKEN}`, 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    const created = (await answer.text()).split('"created"').length - 1;
    if (created !== count) throw new Error(`the import of ${count} users created ${created}`);
    return (count * 1000) / (performance.now() - began);
  }

  /** The process of the service. */
  get pid(): number {
    return this.#parts.service.pid;
  }

  /** @returns the milliseconds of one login */
  login(email: string, password = PASSWORD, expected = 200): Promise<number> {
    const url = `${this.#parts.service.url}/v1/auth/login`;
    return timedRequest(url, { agent: this.#agent, json: { email, password, device_id: 'bench' } }, expected);
  }

  async close(): Promise<void> {
    const { service, store, close } = this.#parts;
    this.#agent.destroy();
    await service.stop();
    await store.close();
    await close();
  }

  #check(tokens: readonly AuthToken[], clients = FEW_CLIENTS): Promise<number[]> {
    const url = `${this.#parts.service.url}/v1/users/me`;
    return inParallel(clients, tokens, (token) => timedRequest(url, { agent: this.#agent, token }));
  }

  /** The number of the n-th of `among` users who are spread over all. */
  #spread(n: number, among: number): number {
    return n * Math.floor(this.#parts.count / among);
  }

  #someUser() {
    return sampleUser(randomInt(this.#parts.count), this.#parts.passwordHash);
  }

  async #issueToken(): Promise<string> {
    const tokens = tokensIn(this.#parts.redis);
    const { id: userId, email, deviceId } = this.#someUser();
    const secrets = new NodeSecrets();
    const token = authTokenOf(secrets.newSecret());
    const record = { userId, sessionId: null, epoch: 0, email, deviceId, expiresIn: 3600 };
    await tokens.save(secrets.digest(token), { ...record, createdAt: clock.now() });
    return token;
  }
}

const clock = { now: () => parseTimestamp(Date.now()) };

const tokensIn = (redis: Redis) => new RedisTokenStore(redis, { clock, observer: redisObserver, logger });

async function logAllIn(
  redis: Redis,
  fill: NonNullable<FillableStore['fillSessions']>,
  count: number,
): Promise<void> {
  await fill(sampleLogins(count).map(({ session }) => session));
  const tokens = tokensIn(redis);
  await inTurns(sampleLogins(count), ({ session, record }) => tokens.save(session.token.digest, record));
}

async function inParallel<T>(
  clients: number,
  inputs: readonly T[],
  measure: (input: T) => Promise<number>,
): Promise<number[]> {
  const queue = inputs.values();
  const figures: number[] = [];
  const client = async () => {
    for (const input of queue) figures.push(await measure(input));
  };
  await Promise.all(Array.from({ length: clients }, client));
  return figures;
}
