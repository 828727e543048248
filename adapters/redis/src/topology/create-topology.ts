import { fixed } from './locator.ts';
import type { TopologyOptions } from './options.ts';
import { PrimaryClient } from './primary-client.ts';
import type { Redis } from './redis.ts';
import { RedisCluster } from './redis-cluster.ts';
import { Sentinels } from './sentinels.ts';

/** Creates the client for the mode of the options. It is not connected yet. */
export function createTopology(options: TopologyOptions): Redis {
  const { mode, nodes, sentinelName = 'mymaster' } = options;
  const [address] = nodes;
  if (!address) throw new Error('The options name no Redis server.');
  if (mode === 'cluster') return new RedisCluster(options);
  return new PrimaryClient({
    ...options,
    locator: mode === 'sentinel' ? new Sentinels(nodes, sentinelName, options) : fixed(address),
    tracking: true,
    replicaWillDo: mode === 'standalone',
    // NOREPLICAS: a primary without its replicas may be cut off. One of them may have taken its place.
    disowning: ['READONLY', 'NOREPLICAS'],
    probeTag: () => 'probe',
  });
}
