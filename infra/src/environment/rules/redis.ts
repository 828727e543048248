import type { Settings } from '@user-management/settings';
import { REDIS, REDIS_PORT, redisHost } from '../../kit/identity.ts';
import { toMebibytes } from '../../kit/quantities.ts';
import type { Environment, RedisHere } from '../schema.ts';
import { podProblems } from './pods.ts';
import { found, type Rule, type SettingsRule } from './rule.ts';

/** Redis may use half of the container's memory, because a rewrite of the AOF may copy every page. */
export const maxMemoryMebibytes = (memory: string): number => Math.floor(toMebibytes(memory) / 2);

/** The default number of databases of a Redis. */
const DATABASES = 16;
/** The first version with every command that the service uses. */
const OLDEST = [6, 2] as const;
/** The size of one cached user in KiB, with both keys and large preferences. */
const CACHED_USER = 3;

const TAKEN = {
  container: REDIS,
  volumes: ['data', 'config', 'password', 'tmp'],
  folders: ['/data', '/etc/redis', '/etc/redis-secret', '/tmp'],
};

/** The rules of the Redis of these manifests, for an environment and for the construct. */
export function redisProblems(redis: Omit<RedisHere, 'kind'>, at = ''): readonly string[] {
  const { image, memory, storage } = redis;
  const [, major, minor] = /(?:^|\/)redis:(\d+)\.(\d+)/.exec(image) ?? [];
  const isOld =
    major !== undefined &&
    (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]));
  return found([
    isOld &&
      `${at}image is "${image}". It must be Redis ${OLDEST.join('.')} or newer, because the service uses ` +
        'commands of that version.',
    toMebibytes(storage) < 3 * toMebibytes(memory) &&
      `${at}storage is "${storage}". It must be at least three times ${at}memory (${memory}), because a ` +
        'rewrite of the append-only file keeps the old file until it is done.',
    podProblems(`${at}pod`, redis.pod, TAKEN),
  ]);
}

export const REDIS_RULES: readonly Rule[] = [
  ({ redis }) => (redis.kind === 'here' ? redisProblems(redis, 'redis.') : []),

  ({ redis, settings: { CACHE_WARM_USERS } }) => {
    if (redis.kind !== 'here') return undefined;
    const needed = Math.ceil((Number(CACHE_WARM_USERS ?? 0) * CACHED_USER) / 1024);
    return (
      needed > maxMemoryMebibytes(redis.memory) &&
      `redis.memory is "${redis.memory}", and Redis may fill half of it. ` +
        `With CACHE_WARM_USERS ${CACHE_WARM_USERS ?? ''} it must be ${2 * needed}Mi or more.`
    );
  },

  ({ settings }) =>
    (settings.REDIS_MODE ?? 'standalone') !== 'standalone' &&
    (['REDIS_HOST', 'REDIS_PORT'] as const).map(
      (name) =>
        settings[name] !== undefined &&
        `settings.${name} is "${settings[name]}". With REDIS_MODE ${settings.REDIS_MODE ?? ''} it must not ` +
          'be set. Set REDIS_NODES instead.',
    ),

  ({ redis, settings: { REDIS_MODE = 'standalone', REDIS_HOST } }) =>
    redis.kind === 'elsewhere' &&
    REDIS_MODE === 'standalone' &&
    REDIS_HOST === undefined &&
    'settings.REDIS_HOST is missing. With redis.kind "elsewhere" it must be the host of that Redis.',
];

export const REDIS_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ redis }, environment) =>
    environment.redis.kind === 'here' &&
    !isRedisHere(redis, environment) &&
    'settings name another Redis ' +
      `(${redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}, mode ${redis.mode}, ` +
      `TLS ${String(redis.tls !== undefined)}). With redis.kind "here" they must not have REDIS_HOST, ` +
      'REDIS_PORT, REDIS_MODE and REDIS_TLS.',

  ({ redis: { database } }, { redis }) =>
    redis.kind === 'here' &&
    database >= DATABASES &&
    `settings.REDIS_DB is "${database}". With redis.kind "here" it must be a number from 0 to ` +
      `${DATABASES - 1}, because that Redis has ${DATABASES} databases.`,

  ({ redis: { tls } }, { redis }) =>
    redis.kind === 'elsewhere' &&
    !tls &&
    (['ca', 'clientCertificate'] as const).map(
      (field) => redis[field] && `settings.REDIS_TLS is "false". With redis.${field} it must be true.`,
    ),
];

const isRedisHere = ({ mode, tls, nodes }: Settings['redis'], { namespaces }: Environment): boolean =>
  mode === 'standalone' &&
  !tls &&
  nodes.every(({ host, port }) => host === redisHost(namespaces) && port === REDIS_PORT);
