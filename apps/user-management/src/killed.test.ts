import {
  createPostgresDatabase,
  type PostgresDatabase,
  redisCommands,
  type RedisServer,
  startRedis,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Interrupted, killReplica, type Operation, startNext, type Working } from './testing/killed.ts';
import { redisContents } from './testing/redis-contents.ts';

const NOTHING: Working = { token: false, otherToken: false, otherRefresh: false };
const OWN_SESSION: Working = { ...NOTHING, token: true };

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
    ['the end of a session', OWN_SESSION],
    ['the end of all other sessions', OWN_SESSION],
    ['a change of the password', NOTHING],
  ])('of %s has ended the sessions after the next start and a repeat', (operation, expected) => {
    const found = interrupted.flatMap((one, n) => (one.operation === operation ? [working[n]] : []));
    // At least a look at the token, a write, and what tells the other replicas.
    expect(found.length).toBeGreaterThan(3);
    expect(new Set(found.map((one) => JSON.stringify(one)))).toEqual(new Set([JSON.stringify(expected)]));
  });

  it('of a deletion has left nothing that stays after the next start and a repeat', async () => {
    const entries = await contents();
    const about = ({ person }: Interrupted): readonly string[] => {
      const values = Object.values(person) as string[];
      return entries.flatMap(([key, text]) => (values.some((value) => text.includes(value)) ? [key] : []));
    };
    const deletions = interrupted.filter(({ operation }) => operation === 'a deletion');
    const left = [...new Set(deletions.flatMap(about))].filter((key) => !MAY_STAY.test(key));
    const lives = await redisCommands(redis.url, ...left.map((key) => ['TTL', key]));
    // Leases, tokens and cache entries that a crash has left. They lead to nobody.
    expect(left.filter((_, n) => !isWithinHour(Number(lives[n])))).toEqual([]);
    const emails = deletions.map(({ person }) => person.email);
    const events = entries.filter(([key]) => EVENTS.test(key)).map(([, text]) => text);
    expect(emails.filter((email) => events.join('').includes(email))).toEqual([]);
  });

  /** -2: it has expired meanwhile. */
  const isWithinHour = (seconds: number): boolean => seconds !== -1 && seconds <= 3600;

  /** The events of a deleted user stay, without the person. */
  const EVENTS = /^(record:)?event/;
  /** Also a hint: it names a session that is gone until that would have been over. */
  const MAY_STAY = new RegExp(`${EVENTS.source}|^record:sessions:over$`);

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
