import { isIPv6 } from 'node:net';
import type { Logger } from '@user-management/domain';
import type { RedisState } from '@user-management/redis';
import type { Settings } from '@user-management/settings';

interface Started {
  readonly port: number;
  readonly internalPort: number;
  /** The build of the library for passwords. */
  readonly argon2: string;
}

/** Announces where the service listens and what it uses, as text on a terminal or as a log line. */
export function announce(
  settings: Settings,
  { port, internalPort, argon2 }: Started,
  redisState: RedisState,
  logger: Logger,
): void {
  const { appEnv, http, log } = settings;
  const store = describeStore(settings);
  const redis = describeRedis(settings, redisState);
  if (log.format === 'json') {
    const listening = { host: http.host, port, internal_port: internalPort };
    logger.info({ app_env: appEnv, ...listening, store, redis, argon2 }, 'The service is listening.');
    return;
  }
  const url = `http://${hostInUrl(http.host)}:${port}`;
  process.stdout.write(`
  user-management listens on ${url} (${appEnv})
  others  ${url.replace(/\d+$/, String(internalPort))}, for other services and operators
  users   ${store}
  redis   ${redis}
  try     curl -s ${url}/v1/users/register -H 'Content-Type: application/json' \\
            -d '{"email":"ann@example.com","password":"correct horse","device_id":"laptop"}'
  stop    Ctrl-C

`);
}

/** Operators must not believe in a limit that is off. */
export function warnAboutLimits({ addressRate }: Settings, logger: Logger): void {
  if (addressRate !== null) return;
  logger.warn(
    {},
    'The limits per client address are off (TRUSTED_PROXIES is unset in Kubernetes). Set it to the address ' +
      'ranges of the Ingress.',
  );
}

function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

function describeStore({ database }: Settings): string {
  switch (database.kind) {
    case 'memory':
      return 'stored in memory, lost on exit';
    case 'sqlite':
      return `stored in SQLite, ${database.path}`;
    case 'postgres':
      return `stored in PostgreSQL, ${new URL(database.url.reveal()).host}`;
    case 'redis':
      return 'stored in Redis';
  }
}

function describeRedis({ redis }: Settings, state: RedisState): string {
  const nodes = redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  switch (state) {
    case 'connected':
      return `${redis.mode}, ${nodes}`;
    case 'read-only':
      return `${redis.mode}, ${nodes}, refuses writes; the service uses memory for them`;
    case 'disconnected':
      return `unavailable at ${nodes}; the service uses memory instead`;
  }
}
