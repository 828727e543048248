import { redisCli, redisCommands, until } from './redis-cli.ts';
import { type RedisServer, startRedis } from './redis.ts';

const PRIMARIES = 3;
const SLOTS = 16_384;

/** How long a node may be silent before the others replace it. */
const NODE_TIMEOUT_MS = 1_000;

export interface TestCluster {
  /**
   * Three primaries with a third of the slots each, then their replicas in the same order. Failovers change
   * the roles, not this order.
   */
  readonly nodes: readonly RedisServer[];
  /** Ends all of them and removes their data. */
  stop(): Promise<void>;
}

/**
 * A Redis Cluster of the caller's own, of processes on this machine. Fulfilled when all nodes agree that all
 * is well.
 */
export async function startCluster(): Promise<TestCluster> {
  const nodes = await Promise.all(Array.from({ length: 2 * PRIMARIES }, startNode));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()));
  };
  try {
    await join(nodes);
    return { nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const startNode = (): Promise<RedisServer> =>
  startRedis({
    from: 'binary',
    args: [
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
      // A replica may take over however long it was cut off: the machine may be slow, and nothing else would.
      ...['--cluster-replica-validity-factor', '0'],
      ...['--appendonly', 'yes', '--repl-diskless-sync-delay', '0'],
    ],
  });

async function join(nodes: readonly RedisServer[]): Promise<void> {
  const primaries = nodes.slice(0, PRIMARIES);
  await Promise.all(
    primaries.map(async ({ url }, n) => {
      const [first, next] = [n, n + 1].map((part) => Math.floor((SLOTS * part) / PRIMARIES));
      await redisCli(url, 'CLUSTER', 'ADDSLOTSRANGE', String(first), String((next ?? SLOTS) - 1));
      // Each one of its own, or the nodes would have to sort that out first.
      await redisCli(url, 'CLUSTER', 'SET-CONFIG-EPOCH', String(n + 1));
    }),
  );
  const [first, ...others] = nodes;
  for (const { host, port } of others) {
    await redisCli(first?.url ?? '', 'CLUSTER', 'MEET', host, String(port));
  }
  const ids = await Promise.all(nodes.map(({ url }) => redisCli(url, 'CLUSTER', 'MYID')));
  await Promise.all(
    nodes.slice(PRIMARIES).map(({ url }, n) =>
      until('the replica knows its primary', async () => {
        return (await redisCli(url, 'CLUSTER', 'REPLICATE', String(ids[n]))) === 'OK';
      }),
    ),
  );
  await until('the cluster is complete', async () => (await Promise.all(nodes.map(isReady))).every(Boolean));
}

/** Whether the node knows a replica for every primary and, if it is one, has the data of its own. */
async function isReady({ url }: RedisServer): Promise<boolean> {
  const [cluster, slots, replication] = await redisCommands(
    url,
    ['CLUSTER', 'INFO'],
    ['CLUSTER', 'SLOTS'],
    ['INFO', 'replication'],
  );
  return (
    String(cluster).includes('cluster_state:ok') &&
    // First and last slot, the primary, the replica.
    (slots as unknown[][]).every((range) => range.length === 4) &&
    /role:master|master_link_status:up/.test(String(replication))
  );
}
