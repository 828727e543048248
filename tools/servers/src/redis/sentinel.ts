import { redisCli, until } from './redis-cli.ts';
import { type RedisServer, startRedis } from './redis.ts';

export interface SentinelSet {
  /** The name of the primary in the configuration of the sentinels. */
  readonly name: string;
  readonly sentinels: readonly RedisServer[];
  /** The first primary and its two replicas. A failover keeps this order. */
  readonly servers: readonly RedisServer[];
  /** Ends all servers and removes their data. */
  stop(): Promise<void>;
}

const NAME = 'mymaster';
/** The sentinels replace a primary that is silent for this time. */
const DOWN_AFTER_MS = 1_000;

/**
 * Starts a primary, two replicas and three sentinels as processes on this machine. Resolves when the
 * sentinels know one another and the replicas, so that they can replace the primary.
 * @param password the password of all six. Without it they have none.
 */
export async function startSentinels({ password }: { password?: string } = {}): Promise<SentinelSet> {
  const started: RedisServer[] = [];
  const start = async (options: Parameters<typeof startRedis>[0]): Promise<RedisServer> => {
    const server = await startRedis({ ...options, from: 'binary' });
    started.push(server);
    return server;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  try {
    const primary = await start({ args: serverArguments(password) });
    const replicaOf = ['--replicaof', primary.host, String(primary.port)];
    const replicas = await Promise.all(
      [0, 1].map(() => start({ args: [...serverArguments(password), ...replicaOf] })),
    );
    const servers = [primary, ...replicas];
    await Promise.all(replicas.map((replica) => untilLinked(replica, password)));
    const config = sentinelConfig(primary, password);
    const sentinels = await Promise.all([0, 1, 2].map(() => start({ config, args: ['--sentinel'] })));
    await Promise.all(sentinels.map((sentinel) => untilInformed(sentinel, password)));
    return { name: NAME, sentinels, servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const serverArguments = (password: string | undefined): readonly string[] => [
  ...['--appendonly', 'yes', '--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '1'],
  ...(password === undefined ? [] : ['--requirepass', password, '--masterauth', password]),
];

const sentinelConfig = ({ host, port }: RedisServer, password: string | undefined): string =>
  [
    `sentinel monitor ${NAME} ${host} ${port} 2`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} 5000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${NAME} ${password}`, `requirepass ${password}`]),
    '',
  ].join('\n');

const untilLinked = (replica: RedisServer, password: string | undefined): Promise<void> =>
  until('the replica has the data of its primary', async () => {
    const info = await redisCli(withPassword(replica.url, password), 'INFO', 'replication');
    return String(info).includes('master_link_status:up');
  });

const untilInformed = (sentinel: RedisServer, password: string | undefined): Promise<void> =>
  until('the sentinel knows of all others', async () => {
    const url = withPassword(sentinel.url, password);
    // Fails until the sentinel knows enough others to agree on a failover.
    await redisCli(url, 'SENTINEL', 'CKQUORUM', NAME);
    const info = String(await redisCli(url, 'INFO', 'sentinel'));
    return info.includes('slaves=2,sentinels=3');
  });

function withPassword(url: string, password = ''): string {
  const full = new URL(url);
  full.password = password;
  return full.href;
}
