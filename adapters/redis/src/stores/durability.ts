import { randomUUID } from 'node:crypto';
import type { Redis } from '../topology/redis.ts';
import { field } from '../connection/info.ts';
import type { Session } from '../connection/session.ts';
import { keys } from '../keys.ts';

/**
 * What keeps this Redis from being a place where users are kept for good, each with the setting that mends
 * it; nothing when all is well.
 * @throws {DependencyUnavailable}
 */
export async function findDurabilityProblems(redis: Redis): Promise<string[]> {
  return (await redis.each(problemsOf)).flat();
}

/**
 * Writes a key that soon expires, since a Redis that answers PING may still refuse writes (out of memory,
 * failed snapshot, ACL).
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
      `${where} keeps nothing across a restart, as far as can be seen: it has neither AOF nor RDB ` +
        'snapshots. Set appendonly to yes (CONFIG SET appendonly yes).',
    );
  }
  return problems;
}

/**
 * False also where CONFIG is forbidden: then nobody can tell, and AOF, which INFO shows, is what to switch
 * on.
 */
async function takesSnapshots(session: Session): Promise<boolean> {
  try {
    const reply: unknown = await session.send(['CONFIG', 'GET', 'save']);
    const { save } = reply as { save?: string };
    return Boolean(save);
  } catch {
    return false;
  }
}
