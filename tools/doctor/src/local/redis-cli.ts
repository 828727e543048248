import type { Settings } from '@user-management/settings';
import type { Patient } from './patient.ts';

type Env = Patient['env'];

/** The beginning of a command line for the Redis of these settings. Secrets stay in their variables. */
export function redisCli({ settings, env }: Pick<Patient, 'settings' | 'env'>): string {
  const { redis } = settings();
  const { host = '', port = 0 } = redis.nodes[0] ?? {};
  const words = [...options(redis, env), ...(redis.mode === 'cluster' ? ['-c'] : [])]
    .map((word) => ` ${word}`)
    .join('');
  const auth = redis.password ? `REDISCLI_AUTH=${shellVariable('REDIS_PASSWORD', env)} ` : '';
  const at = (where: string) => `${auth}redis-cli ${where}${words}`;
  if (redis.mode !== 'sentinel') return at(`-h ${host} -p ${port}`);
  const ask = `redis-cli -h ${host} -p ${port} SENTINEL GET-MASTER-ADDR-BY-NAME ${redis.sentinelName ?? ''}`;
  return `set -- $(${ask}); ${at('-h $1 -p $2')}`;
}

const options = (redis: Settings['redis'], env: Env): readonly string[] => [
  ...(redis.database === 0 ? [] : [`-n ${redis.database}`]),
  ...(redis.tls ? ['--tls'] : []),
  ...(redis.tls?.ca === undefined ? [] : ['--cacert "$REDIS_TLS_CA_FILE"']),
  ...(redis.username === undefined ? [] : [`--user ${shellVariable('REDIS_USERNAME', env)}`]),
];

const shellVariable = (name: string, env: Env): string =>
  env[`${name}_FILE`] ? `"$(cat "$${name}_FILE")"` : `"$${name}"`;
