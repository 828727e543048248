import type { Address, ConnectionOptions } from '../connection/options.ts';

export interface RedisOptions extends ConnectionOptions {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** The server; or the sentinels; or some nodes of the cluster, which tell the others. */
  readonly nodes: readonly Address[];
  /** What the sentinels call the primary. */
  readonly sentinelName?: string | undefined;
}
