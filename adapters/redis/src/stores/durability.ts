import { randomUUID } from 'node:crypto';
import type { Redis } from '../topology/redis.ts';
import { field } from '../connection/info.ts';
import type { Session } from '../connection/session.ts';
import { keys } from '../keys.ts';

/**
 * Finds the settings that could make this Redis lose users. Each problem names its remedy.
 * @throws {DependencyUnavailable}
 */
export async function findDurabilityProblems(redis: Redis): Promise<string[]> {
  return (await redis.each(problemsOf)).flat();
}

/**
 * Writes a key that soon expires. A Redis that answers PING may still refuse writes: it may be out of memory,
 * have failed to save, or forbid the command (ACL).
 * @throws {DependencyUnavailable} with the server's answer as its cause.
 */
export async function checkWritable(redis: Redis): Promise<void> {
  const key = keys.startupCheck(randomUUID());
  await redis.run(key, (session) => session.send(['SET', key, '', 'PX', '1000']));
}

async function problemsOf(session: Session): Promise<string[]> {
  const where = `Redis ${session.address.host}:${session.address.port}`;
  const info = String(await session.send(['INFO']));
  const policy = field(info, 'maxmemory_policy');
  const problems: string[] = [];
  if (policy.startsWith('allkeys-')) {
    problems.push(
      `${where} may evict users: its maxmemory-policy is ${policy}. ` +
        'Set it to noeviction (CONFIG SET maxmemory-policy noeviction).',
    );
  }
  if (field(info, 'aof_enabled') !== '1' && !(await takesSnapshots(session))) {
    problems.push(
      `${where} may lose all users in a restart: it shows neither an AOF nor RDB snapshots. ` +
        'Set appendonly to yes (CONFIG SET appendonly yes).',
    );
  }
  return problems;
}

/** Also false where the ACL forbids CONFIG. The remedy is then the AOF, because INFO shows it. */
async function takesSnapshots(session: Session): Promise<boolean> {
  try {
    const reply: unknown = await session.send(['CONFIG', 'GET', 'save']);
    const { save } = reply as { save?: string };
    return Boolean(save);
  } catch {
    return false;
  }
}
