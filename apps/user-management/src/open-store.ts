import type { Logger, UserRepository } from '@user-management/domain';
import { MemoryUsers } from '@user-management/memory';
import { findDurabilityProblems, type Redis, RedisUsers } from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { EX_CONFIG, EX_UNAVAILABLE, explain, StartFailure } from './failure.ts';

export interface UserStore {
  readonly users: UserRepository;
  readonly close: () => Promise<void>;
}

/**
 * A statement that takes longer is as good as lost; the write leases of the cache (30 s) outlast it by far.
 */
const POSTGRES = { connectTimeoutMs: 5_000, statementTimeoutMs: 2_000 };

/** Opens what `DATABASE_URL` names. @throws {StartFailure} */
export async function openStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  const { database, postgres } = settings;
  switch (database.kind) {
    case 'memory':
      logger.warn({}, 'Users are kept in memory and lost on exit (DATABASE_URL is memory:).');
      return { users: new MemoryUsers(), close: () => Promise.resolve() };
    case 'sqlite':
      return openSqlStore(({ openSqlite }) => openSqlite({ path: database.path, logger }));
    case 'postgres':
      return openSqlStore(({ openPostgres }) =>
        openPostgres({
          url: database.url.reveal(),
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

// Loaded only where it is used: the query builder takes a fifth of the memory of a service that keeps its
// users in Redis.
const loadSql = () => import('@user-management/sql');
type Sql = Awaited<ReturnType<typeof loadSql>>;

async function openSqlStore(open: (sql: Sql) => ReturnType<Sql['openSqlite']>): Promise<UserStore> {
  const sql = await loadSql();
  try {
    const store = await open(sql);
    return { users: store.users, close: () => store.close() };
  } catch (cause) {
    const needsPerson = cause instanceof sql.SchemaTooNew || cause instanceof sql.UnusableDatabase;
    const exitCode = needsPerson ? EX_CONFIG : EX_UNAVAILABLE;
    throw new StartFailure(exitCode, `The user store cannot be used: ${explain(cause)}`);
  }
}

/**
 * Users in a Redis that may drop them would be a slow way of losing them, so production does not start with
 * one.
 */
async function openRedisStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  try {
    const problems = await findDurabilityProblems(redis);
    if (problems.length > 0 && settings.appEnv === 'production') throw notDurable(problems);
    for (const problem of problems) logger.warn({}, problem);
    return { users: await RedisUsers.open(redis), close: () => Promise.resolve() };
  } catch (cause) {
    if (cause instanceof StartFailure) throw cause;
    throw new StartFailure(EX_UNAVAILABLE, `The user store cannot be used: ${explain(cause)}`);
  }
}

function notDurable(problems: readonly string[]): StartFailure {
  const list = problems.map((problem) => `- ${problem}`).join('\n');
  return new StartFailure(EX_CONFIG, `This Redis cannot keep users (DATABASE_URL is redis:):\n${list}`);
}
