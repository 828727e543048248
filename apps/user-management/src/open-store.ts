import type { Logger, UserRepository } from '@user-management/domain';
import { MemoryUsers } from '@user-management/memory';
import { findDurabilityProblems, type Redis, RedisUsers } from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { openPostgres, openSqlite, SchemaTooNew } from '@user-management/sql';
import { EX_CONFIG, EX_UNAVAILABLE, explain, StartFailure } from './failure.ts';

export interface UserStore {
  readonly users: UserRepository;
  close(): Promise<void>;
}

/** A statement that takes longer is as good as lost; the write leases of the cache (30 s) outlast it by far. */
const POSTGRES = { connectTimeoutMs: 5_000, statementTimeoutMs: 2_000, poolSize: 10 };

/** Opens what `DATABASE_URL` names. @throws {StartFailure} */
export async function openStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  try {
    return await open(settings, redis, logger);
  } catch (error) {
    if (error instanceof StartFailure) throw error;
    const exitCode = error instanceof SchemaTooNew ? EX_CONFIG : EX_UNAVAILABLE;
    throw new StartFailure(exitCode, `The user store cannot be used: ${explain(error)}`, { cause: error });
  }
}

function open(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  const { database } = settings;
  switch (database.kind) {
    case 'memory':
      logger.warn({}, 'Users are kept in memory and lost on exit (DATABASE_URL is memory:).');
      return Promise.resolve({ users: new MemoryUsers(), close: () => Promise.resolve() });
    case 'sqlite':
      return openSqlite({ path: database.path, logger });
    case 'postgres':
      return openPostgres({ url: database.url.reveal(), logger, ...POSTGRES });
    case 'redis':
      return openRedisStore(settings, redis, logger);
  }
}

/** Users in a Redis that may drop them would be a slow way of losing them, so production does not start with one. */
async function openRedisStore(settings: Settings, redis: Redis, logger: Logger): Promise<UserStore> {
  const problems = await findDurabilityProblems(redis);
  if (problems.length > 0 && settings.appEnv === 'production') {
    const list = problems.map((problem) => `- ${problem}`).join('\n');
    throw new StartFailure(EX_CONFIG, `This Redis cannot keep users (DATABASE_URL is redis:):\n${list}`);
  }
  for (const problem of problems) logger.warn({}, problem);
  return { users: await RedisUsers.open(redis), close: () => Promise.resolve() };
}
