import type { ConnectionOptions } from '../connection/client.ts';
import type { Address, ServerOptions } from '../connection/options.ts';

export interface RedisOptions extends ServerOptions {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /**
   * The server, or the sentinels, or some nodes of the cluster. The client learns the other nodes from these.
   */
  readonly nodes: readonly Address[];
  /** The name of the primary in the configuration of the sentinels. */
  readonly sentinelName?: string | undefined;
}

export type TopologyOptions = RedisOptions & ConnectionOptions;
