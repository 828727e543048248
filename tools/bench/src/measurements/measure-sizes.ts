import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import { parseTimestamp, type PasswordHash, type User } from '@user-management/domain';
import { type Redis, RedisTokenStore, RedisUserCache } from '@user-management/redis';
import type { Row } from '../report/table.ts';
import { sampleEvent, sampleSession } from '../scene/sample-sessions.ts';
import { sampleUsers } from '../scene/sample-users.ts';
import { openRedis } from '../scene/redis.ts';
import { logger, redisObserver } from '../scene/silent.ts';
import { inTurns, STORES } from '../scene/stores.ts';

/** As long as a real hash with the parameters of the service. */
const HASH = `$argon2id$v=19$m=19456,t=2,p=1$${'s'.repeat(22)}$${'h'.repeat(43)}` as PasswordHash;
/** In seconds. Nothing expires during the measurement. */
const TTL = 86_400;

/** Measures the bytes of a user, a session and an event in each store, and of what else is in Redis. */
export async function measureSizes(count: number): Promise<Row[]> {
  const users = [...sampleUsers(count, HASH, 'users')];
  const rows: Row[] = [];
  for (const name of ['sqlite', 'postgres', 'redis']) rows.push(...(await inStore(name, users)));
  rows.push(await inRedis('a cached user in Redis', users, cacheUsers));
  rows.push(await inRedis('a token in Redis', users, issueTokens));
  return rows;
}

async function inStore(name: string, users: readonly User[]): Promise<Row[]> {
  const { redis, close } = await openRedis({ holdsUsers: name === 'redis' });
  const store = await STORES[name]?.(redis, { count: users.length, passwordHash: HASH });
  if (!store?.fillSessions || !store.fillEvents) throw new Error(`${name} cannot be filled.`);
  const sessions = users.map(({ id }) => sampleSession(id));
  const sizes: number[] = [];
  for (const fill of [
    () => store.fill([]),
    () => store.fill(users),
    () => store.fillSessions?.(sessions),
    () => store.fillEvents?.(sessions.map(sampleEvent)),
    () => store.fillEvents?.(sessions.map(sampleEvent)),
  ]) {
    await fill();
    sizes.push(await store.size());
  }
  await store.close();
  await close();
  return ['a user', 'a session', 'the first event of a user', 'another event'].map((what, n) =>
    row(`${what} in ${name}`, (sizes[n + 1] ?? NaN) - (sizes[n] ?? NaN), users.length),
  );
}

async function inRedis(
  what: string,
  users: readonly User[],
  write: (redis: Redis, users: readonly User[]) => Promise<void>,
): Promise<Row> {
  const { redis, size, close } = await openRedis({ holdsUsers: false });
  await write(redis, users.slice(0, 1));
  const empty = await size();
  await write(redis, users);
  const taken = (await size()) - empty;
  await close();
  return row(what, taken, users.length);
}

async function cacheUsers(redis: Redis, users: readonly User[]): Promise<void> {
  const cache = new RedisUserCache(redis, { dataset: 'bench', ttl: TTL, observer: redisObserver, logger });
  await inTurns(users, async (user) => cache.fill(user, await cache.lease(user.id)));
}

async function issueTokens(redis: Redis, users: readonly User[]): Promise<void> {
  const clock = { now: () => parseTimestamp(Date.now()) };
  const tokens = new RedisTokenStore(redis, { clock, observer: redisObserver, logger });
  const secrets = new NodeSecrets();
  const identifiers = new RandomIdentifiers();
  await inTurns(users, ({ id: userId, email, deviceId }) => {
    const createdAt = clock.now();
    const sessionId = identifiers.newSessionId(createdAt);
    const record = { userId, sessionId, epoch: 0, email, deviceId, expiresIn: TTL, createdAt };
    return tokens.save(secrets.digest(secrets.newSecret()), record);
  });
}

const row = (what: string, bytes: number, count: number): Row => ({
  what,
  result: `${Math.round(bytes / count)} bytes`,
  wanted: '',
  raw: `${(bytes / 2 ** 20).toFixed(1)} MiB for ${count}`,
});
