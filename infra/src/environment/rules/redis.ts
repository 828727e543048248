import type { Settings } from '@user-management/settings';
import { REDIS, REDIS_PORT, redisHost } from '../../kit/identity.ts';
import { toMebibytes } from '../../kit/quantities.ts';
import type { Environment, RedisHere } from '../schema.ts';
import { podProblems } from './pods.ts';
import { found, type Rule, type SettingsRule } from './rule.ts';

/** `maxmemory` is half of the container's memory: a rewrite of the append-only file may copy every page. */
export const maxMemoryMebibytes = (memory: string): number => Math.floor(toMebibytes(memory) / 2);

/** Databases of a Redis that is not told otherwise. */
const DATABASES = 16;
/** The first version with all that the service uses. */
const OLDEST = [6, 2] as const;
/** What one user takes in the cache, with both keys and room for preferences. KiB. */
const CACHED_USER = 3;

const TAKEN = {
  container: REDIS,
  volumes: ['data', 'config', 'password', 'tmp'],
  folders: ['/data', '/etc/redis', '/etc/redis-secret', '/tmp'],
};

/** Rules of the Redis of these manifests, wherever it is described. */
export function redisProblems(redis: Omit<RedisHere, 'kind'>, at = ''): readonly string[] {
  const { image, memory, storage } = redis;
  const [, major, minor] = /(?:^|\/)redis:(\d+)\.(\d+)/.exec(image) ?? [];
  const isOld =
    major !== undefined &&
    (Number(major) < OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) < OLDEST[1]));
  return found([
    isOld &&
      `${at}image is "${image}"; accepted is Redis ${OLDEST.join('.')} or newer, whose commands the ` +
        'service uses',
    toMebibytes(storage) < 3 * toMebibytes(memory) &&
      `${at}storage is "${storage}"; accepted with ${at}memory ${memory} is three times as much, since ` +
        'a rewrite of the ' +
        'append-only file keeps the old one until it is done',
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
      `redis.memory is "${redis.memory}", half of which Redis may fill; accepted with CACHE_WARM_USERS ` +
        `${CACHE_WARM_USERS ?? ''} is ${2 * needed}Mi or more`
    );
  },

  ({ settings }) =>
    (settings.REDIS_MODE ?? 'standalone') !== 'standalone' &&
    (['REDIS_HOST', 'REDIS_PORT'] as const).map(
      (name) =>
        settings[name] !== undefined &&
        `settings.${name} is "${settings[name]}"; accepted with REDIS_MODE ${settings.REDIS_MODE ?? ''} ` +
          'is REDIS_NODES instead',
    ),

  ({ redis, settings: { REDIS_MODE = 'standalone', REDIS_HOST } }) =>
    redis.kind === 'elsewhere' &&
    REDIS_MODE === 'standalone' &&
    REDIS_HOST === undefined &&
    'settings.REDIS_HOST is missing; accepted with redis.kind "elsewhere" is the host of that Redis',
];

export const REDIS_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ redis }, environment) =>
    environment.redis.kind === 'here' &&
    !isRedisHere(redis, environment) &&
    'settings point to another Redis ' +
      `(${redis.nodes.map(({ host, port }) => `${host}:${port}`).join(', ')}, mode ${redis.mode}, ` +
      `TLS ${String(redis.tls !== undefined)}); accepted with redis.kind "here" is no REDIS_HOST, ` +
      'REDIS_PORT, REDIS_MODE and REDIS_TLS',

  ({ redis: { database } }, { redis }) =>
    redis.kind === 'here' &&
    database >= DATABASES &&
    `settings.REDIS_DB is "${database}"; accepted with redis.kind "here" is 0 to ${DATABASES - 1}, ` +
      'since that Redis has no more databases',

  ({ redis: { tls } }, { redis }) =>
    redis.kind === 'elsewhere' &&
    !tls &&
    (['ca', 'clientCertificate'] as const).map(
      (field) => redis[field] && `settings.REDIS_TLS is "false"; accepted with redis.${field} is true`,
    ),
];

const isRedisHere = ({ mode, tls, nodes }: Settings['redis'], { namespaces }: Environment): boolean =>
  mode === 'standalone' &&
  !tls &&
  nodes.every(({ host, port }) => host === redisHost(namespaces) && port === REDIS_PORT);
