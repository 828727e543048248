import type { Settings } from '@user-management/settings';

/** The command line that leads to the Redis of these settings, with no secret in it. */
export function redisCli({ redis }: Settings): string {
  const [node] = redis.nodes;
  const words = ['redis-cli', '-h', node?.host, '-p', node?.port];
  if (redis.mode === 'cluster') words.push('-c');
  if (redis.db !== 0) words.push('-n', redis.db);
  if (redis.tls) words.push('--tls');
  if (redis.tlsCa !== undefined) words.push('--cacert', '"$REDIS_TLS_CA_FILE"');
  if (redis.username !== undefined) words.push('--user', '"$REDIS_USERNAME"');
  if (redis.password) words.push('--askpass');
  return words.join(' ');
}
