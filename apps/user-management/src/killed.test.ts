import {
  createPostgresDatabase,
  type PostgresDatabase,
  redisCommands,
  type RedisServer,
  startRedis,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Interrupted,
  killReplica,
  type Operation,
  type Person,
  startNext,
  type Working,
} from './testing/killed.ts';
import { redisContents } from './testing/redis-contents.ts';

const NOTHING: Working = { token: false, otherToken: false, otherRefresh: false };
const OWN_SESSION: Working = { ...NOTHING, token: true };
const OTHER_SESSION: Working = { token: false, otherToken: true, otherRefresh: true };

describe.each(['redis', 'postgres'])('a replica with users in %s, killed before any message', (store) => {
  let redis: RedisServer;
  let postgres: PostgresDatabase;
  let interrupted: readonly Interrupted[];
  let working: readonly Working[];

  beforeAll(async () => {
    [redis, postgres] = await Promise.all([
      startRedis({ args: ['--appendonly', 'yes'] }),
      createPostgresDatabase(),
    ]);
    const env = {
      APP_ENV: 'production',
      DATABASE_URL: store === 'redis' ? 'redis:' : postgres.url,
      REDIS_HOST: redis.host,
      REDIS_PORT: String(redis.port),
    };
    interrupted = await killReplica(env);
    working = await startNext(env, interrupted);
  }, 120_000);
  afterAll(() => Promise.all([redis.stop(), postgres.drop()]));

  it.each<[Operation, Working]>([
    ['a deletion', NOTHING],
    ['a logout', OTHER_SESSION],
    ['the end of a session', OWN_SESSION],
    ['the end of all sessions', NOTHING],
    ['the end of all other sessions', OWN_SESSION],
    ['a change of the password', NOTHING],
  ])('of %s has ended the sessions after the next start and a repeat', (operation, expected) => {
    const found = interrupted.flatMap((one, n) => (one.operation === operation ? [working[n]] : []));
    // At least a look at the token, a write, and what tells the other replicas.
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(expected)]));
  });

  it('of a deletion has left nothing but a lease and events without the person', async () => {
    const entries = await contents();
    const of = ({ id, email }: Person) =>
      entries.filter(([, text]) => text.includes(id) || text.includes(email));
    const deletions = interrupted.filter(({ operation }) => operation === 'a deletion');
    for (const { person, messages } of deletions) {
      const left = of(person).filter(([key]) => key !== `lease:{user:${person.id}}`);
      const keys = left.filter(([key]) => !EVENTS.test(key)).map(([key]) => key);
      expect(keys, `killed after ${messages} messages`).toEqual([]);
      expect(left.join()).not.toContain(person.email);
    }
    const leases = entries.flatMap(([key]) => (key.startsWith('lease:') ? [['PTTL', key]] : []));
    for (const life of await redisCommands(redis.url, ...leases)) {
      // It was -2 when it had expired meanwhile.
      expect(life === -2 || isWithin(Number(life), 30_000)).toBe(true);
    }
  });

  const isWithin = (life: number, most: number): boolean => life >= 0 && life <= most;

  const EVENTS = /^(record:)?event/;

  /** Every key of Redis with its value, and every table of PostgreSQL with its rows. */
  async function contents(): Promise<readonly (readonly [string, string])[]> {
    const entries = Object.entries(await redisContents(redis.url));
    const tables = await postgres.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    for (const { tablename } of tables) {
      entries.push([String(tablename), await postgres.run(`SELECT * FROM "${String(tablename)}"`)]);
    }
    return entries.map(([key, value]) => [key, JSON.stringify([key, value])]);
  }
});
