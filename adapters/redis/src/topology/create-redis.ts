import { fixed } from './locator.ts';
import type { RedisOptions } from './options.ts';
import type { Redis } from './redis.ts';
import { RedisCluster } from './redis-cluster.ts';
import { PrimaryClient } from './primary-client.ts';
import { Sentinels } from './sentinels.ts';

/** Redis in whichever form the options name; not connected yet. */
export function createRedis(options: RedisOptions): Redis {
  const { mode, nodes, sentinelName = 'mymaster' } = options;
  const [address] = nodes;
  if (!address) throw new Error('no Redis address');
  if (mode === 'cluster') return new RedisCluster(options);
  const locator = mode === 'sentinel' ? new Sentinels(nodes, sentinelName, options) : fixed(address);
  return new PrimaryClient({ ...options, locator, inCluster: false });
}
