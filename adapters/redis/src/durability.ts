import { randomUUID } from 'node:crypto';
import type { Redis } from './redis.ts';
import { field, type RedisSession } from './session.ts';

/**
 * What keeps this Redis from being a place where users are kept for good, each with the setting that mends it; nothing when all is well.
 * @throws {DependencyUnavailable}
 */
export async function findDurabilityProblems(redis: Redis): Promise<string[]> {
  return (await redis.each(problemsOf)).flat();
}

/**
 * Writes and removes a key on every server, since a Redis that answers PING may still refuse writes (out of memory, failed snapshot, ACL).
 * @throws {DependencyUnavailable} with the server's answer as its cause.
 */
export async function checkWritable(redis: Redis): Promise<void> {
  // A name that another node serves is answered by MOVED; `run` sends it there, so one key per attempt is enough to try a cluster.
  const key = `lease:{startup-check:${randomUUID()}}`;
  await redis.run(key, (session) => session.send(['SET', key, '', 'PX', '1000']));
}

async function problemsOf(session: RedisSession): Promise<string[]> {
  const { host, port } = session.address;
  const info = String(await session.send(['INFO']));
  const policy = field(info, 'maxmemory_policy');
  const problems = [];
  if (policy.startsWith('allkeys-')) {
    problems.push(
      `Redis ${host}:${port} may evict users: its maxmemory-policy is ${policy}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction).`,
    );
  }
  if (field(info, 'aof_enabled') !== '1' && !(await takesSnapshots(session))) {
    problems.push(
      `Redis ${host}:${port} keeps nothing across a restart: it has neither AOF nor RDB snapshots. Set appendonly to yes (CONFIG SET appendonly yes).`,
    );
  }
  return problems;
}

/** False also where CONFIG is forbidden: then nobody can tell, and AOF, which INFO shows, is what to switch on. */
async function takesSnapshots(session: RedisSession): Promise<boolean> {
  try {
    const reply: unknown = await session.send(['CONFIG', 'GET', 'save']);
    const { save } = reply as { save?: string };
    return Boolean(save);
  } catch {
    return false;
  }
}
