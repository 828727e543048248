import { fixed } from './locator.ts';
import type { RedisOptions } from './options.ts';
import { PrimaryClient } from './primary-client.ts';
import type { Redis } from './redis.ts';
import { RedisCluster } from './redis-cluster.ts';
import { Sentinels } from './sentinels.ts';

/** Redis in whichever form the options name; not connected yet. */
export function createRedis(options: RedisOptions): Redis {
  const { mode, nodes, sentinelName = 'mymaster' } = options;
  const [address] = nodes;
  if (!address) throw new Error('no Redis address');
  if (mode === 'cluster') return new RedisCluster(options);
  return new PrimaryClient({
    ...options,
    locator: mode === 'sentinel' ? new Sentinels(nodes, sentinelName, options) : fixed(address),
    tracking: true,
    replicaWillDo: mode === 'standalone',
    // A primary that has lost the replicas which it was told to have may have been replaced by one of them
    // without knowing.
    disowning: ['READONLY', 'NOREPLICAS'],
    probeTag: () => 'probe',
  });
}
