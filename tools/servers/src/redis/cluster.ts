import { redisCli, redisCommands, until } from './redis-cli.ts';
import { type RedisServer, startRedis } from './redis.ts';

const PRIMARIES = 3;
const SLOTS = 16_384;

/** The others replace a node that is silent for this time. */
const NODE_TIMEOUT_MS = 1_000;

export interface TestCluster {
  /**
   * Three primaries with a third of the slots each, then their replicas in the same order. A failover keeps
   * this order.
   */
  readonly nodes: readonly RedisServer[];
  /** Ends all nodes and removes their data. */
  stop(): Promise<void>;
}

/** Starts a Redis Cluster of processes on this machine. Resolves when all nodes report a healthy cluster. */
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
      // 0 lets a replica take over no matter how long it was cut off, because the machine may be slow.
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
      // Unique epochs save the nodes the time to resolve conflicts.
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

/** Whether the node knows a replica of every primary and, as a replica, has the data of its primary. */
async function isReady({ url }: RedisServer): Promise<boolean> {
  const [cluster, slots, replication] = await redisCommands(
    url,
    ['CLUSTER', 'INFO'],
    ['CLUSTER', 'SLOTS'],
    ['INFO', 'replication'],
  );
  return (
    String(cluster).includes('cluster_state:ok') &&
    // The first and the last slot, the primary and the replica.
    (slots as unknown[][]).every((range) => range.length === 4) &&
    /role:master|master_link_status:up/.test(String(replication))
  );
}
