import type { Address, ConnectionOptions } from '../connection/options.ts';

export interface RedisOptions extends ConnectionOptions {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /**
   * The server, or the sentinels, or some nodes of the cluster. The client learns the other nodes from these.
   */
  readonly nodes: readonly Address[];
  /** The name of the primary in the configuration of the sentinels. */
  readonly sentinelName?: string | undefined;
}
