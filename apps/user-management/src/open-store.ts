import {
  type ChallengeRepository,
  type EventLog,
  explain,
  type Logger,
  type Outbox,
  type SessionRepository,
  type UserRepository,
  type WebhookQueue,
} from '@user-management/domain';
import { createMemoryStore } from '@user-management/memory';
import {
  findDurabilityProblems,
  type Redis,
  RedisChallenges,
  RedisEvents,
  RedisOutbox,
  RedisSessions,
  RedisUsers,
  RedisWebhookQueue,
} from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { EX_CONFIG, EX_UNAVAILABLE, StartFailure } from './failure.ts';

export interface UserStore {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly challenges: ChallengeRepository;
  readonly events: EventLog;
  readonly outbox: Outbox;
  readonly webhooks: WebhookQueue;
  close(): Promise<void>;
}

/** The write leases of the cache (30 s) must outlast a statement. */
const POSTGRES = { connectTimeoutMs: 5_000, statementTimeoutMs: 2_000 };

/** Opens the store of `DATABASE_URL`. @throws {StartFailure} */
export async function openStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  const { database, postgres } = settings;
  switch (database.kind) {
    case 'memory':
      logger.warn({}, 'The service keeps users in memory and loses them on exit (DATABASE_URL is memory:).');
      return { ...createMemoryStore(), close: () => Promise.resolve() };
    case 'sqlite':
      return openSqlStore(({ openSqlite }) => openSqlite({ path: database.path, logger }));
    case 'postgres':
      return openSqlStore(({ openPostgres }) =>
        openPostgres({
          url: () => database.url.reveal(),
          poolSize: postgres.poolSize,
          tls: postgres,
          logger,
          ...POSTGRES,
        }),
      );
    case 'redis':
      return openRedisStore(settings, redis, logger);
  }
}

// The query builder would add a fifth to the memory of a service with its users in Redis, so it is loaded on
// demand.
const loadSql = () => import('@user-management/sql');
type Sql = Awaited<ReturnType<typeof loadSql>>;

async function openSqlStore(open: (sql: Sql) => ReturnType<Sql['openSqlite']>): Promise<UserStore> {
  const sql = await loadSql();
  try {
    return await open(sql);
  } catch (cause) {
    const needsPerson = cause instanceof sql.SchemaTooNew || cause instanceof sql.UnusableDatabase;
    const exitCode = needsPerson ? EX_CONFIG : EX_UNAVAILABLE;
    throw new StartFailure(exitCode, `The user store cannot be used: ${explain(cause)}`);
  }
}

/** Production does not start with a Redis that may evict or lose users. */
async function openRedisStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  try {
    const problems = await findDurabilityProblems(redis);
    if (problems.length > 0 && settings.appEnv === 'production') throw notDurable(problems);
    for (const problem of problems) logger.warn({}, problem);
    const users = await RedisUsers.open(redis);
    return {
      users,
      sessions: new RedisSessions(redis, logger),
      challenges: new RedisChallenges(redis),
      events: new RedisEvents(redis, logger),
      outbox: new RedisOutbox(redis),
      webhooks: new RedisWebhookQueue(redis),
      close: () => Promise.resolve(),
    };
  } catch (cause) {
    if (cause instanceof StartFailure) throw cause;
    throw new StartFailure(EX_UNAVAILABLE, `The user store cannot be used: ${explain(cause)}`);
  }
}

function notDurable(problems: readonly string[]): StartFailure {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return new StartFailure(EX_CONFIG, `This Redis cannot keep users (DATABASE_URL is redis:):\n${list}`);
}
