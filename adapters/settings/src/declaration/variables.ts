import { databaseUrl } from './database-url.ts';
import { flag, host, nodes, oneOf, path, secret, wholeNumber, word } from './parsers.ts';
import type { Variable } from './variable.ts';

const DAY = 86_400;

const configMap = (key: string) => ({ from: 'config-map', key }) as const;
const secretKey = (name: string, key: string) => ({ from: 'secret', name, key }) as const;
const value = { from: 'value' } as const;
const onRequest = { from: 'on-request' } as const;

/**
 * Every environment variable of the service. The reader, the table in docs/configuration.md, the ConfigMap
 * and the Deployment are all made from this, so a setting is added here and nowhere else.
 */
export const VARIABLES = {
  APP_ENV: {
    description:
      'What a fault means: in development the service makes do, in production it stops and says so',
    parser: oneOf('development', 'production'),
    default: [
      { when: 'where NODE_ENV=production', value: 'production' },
      { when: 'in Kubernetes', value: 'production' },
      { value: 'development' },
    ],
    kubernetes: configMap('app.env'),
  },
  HOST: {
    description: 'Address to listen on',
    parser: host,
    default: '0.0.0.0',
    kubernetes: onRequest,
  },
  PORT: {
    description: 'Port to listen on; 0 lets the system choose a free one',
    parser: wholeNumber(0, 65535),
    default: '8080',
    kubernetes: configMap('http.port'),
  },
  REDIS_MODE: {
    description: 'One Redis, a primary that sentinels watch over, or a Redis Cluster',
    parser: oneOf('standalone', 'sentinel', 'cluster'),
    default: 'standalone',
    kubernetes: onRequest,
  },
  REDIS_HOST: {
    description: 'Host of a standalone Redis',
    parser: host,
    default: [{ when: 'in Kubernetes', value: 'redis.data.svc.cluster.local' }, { value: 'localhost' }],
    kubernetes: value,
  },
  REDIS_PORT: {
    description: 'Port of a standalone Redis',
    parser: wholeNumber(1, 65535),
    default: '6379',
    kubernetes: value,
  },
  REDIS_NODES: {
    description:
      'Where to find the sentinels, or some nodes of the cluster; with `REDIS_MODE` sentinel or cluster',
    parser: nodes,
    kubernetes: onRequest,
  },
  REDIS_SENTINEL_NAME: {
    description: 'What the sentinels call the primary',
    parser: word,
    default: 'mymaster',
    kubernetes: onRequest,
  },
  REDIS_USERNAME: {
    description: 'ACL user; without one Redis takes `default`',
    parser: word,
    secret: true,
    kubernetes: secretKey('redis-secret', 'username'),
  },
  REDIS_PASSWORD: {
    description: 'Password of the user',
    parser: secret,
    secret: true,
    kubernetes: secretKey('redis-secret', 'password'),
  },
  REDIS_DB: {
    description: 'Number of the logical database; a cluster has 0 alone',
    parser: wholeNumber(0, 65535),
    default: '0',
    kubernetes: onRequest,
  },
  REDIS_TLS: {
    description: 'Talk to Redis (and the sentinels) over TLS',
    parser: flag,
    default: 'false',
    kubernetes: onRequest,
  },
  REDIS_TLS_CA_FILE: {
    description: 'PEM certificates to trust instead of the system’s roots; with `REDIS_TLS`',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_TLS_CERT_FILE: {
    description: 'PEM certificate that the service shows to Redis (mTLS); with `REDIS_TLS_KEY_FILE`',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_TLS_KEY_FILE: {
    description: 'PEM private key of that certificate',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_CACHE_TTL: {
    description: 'How long a user stays in the cache after the last change or fill',
    parser: wholeNumber(1, 30 * DAY, 'seconds'),
    default: '3600',
    kubernetes: configMap('redis.cache.ttl'),
  },
  REDIS_AUTH_TOKEN_TTL: {
    description: 'How long a token works',
    parser: wholeNumber(1, 365 * DAY, 'seconds'),
    default: '3600',
    kubernetes: configMap('redis.auth.token.ttl'),
  },
  REDIS_CONNECT_TIMEOUT_MS: {
    description: 'How long connecting to Redis may take',
    parser: wholeNumber(100, 60_000, 'milliseconds'),
    default: '5000',
    kubernetes: onRequest,
  },
  REDIS_COMMAND_TIMEOUT_MS: {
    description: 'How long Redis may take to answer before it counts as lost',
    parser: wholeNumber(10, 60_000, 'milliseconds'),
    default: '1000',
    kubernetes: onRequest,
  },
  DATABASE_URL: {
    description: 'Where users are kept for good; `redis:` is the Redis above, in keys that never expire',
    parser: databaseUrl,
    default: [{ when: 'in production', value: 'redis:' }, { value: 'sqlite:data/users.db' }],
    secret: true,
    kubernetes: secretKey('database-secret', 'url'),
  },
  DATABASE_POOL_SIZE: {
    description: 'Connections to PostgreSQL that one process opens at most',
    parser: wholeNumber(1, 1000),
    default: '10',
    kubernetes: onRequest,
  },
  DATABASE_CA_FILE: {
    description:
      'PEM certificates to trust instead of the system’s roots; PostgreSQL is then checked in full',
    parser: path,
    kubernetes: onRequest,
  },
  DATABASE_CERT_FILE: {
    description: 'PEM certificate that the service shows to PostgreSQL (mTLS); with `DATABASE_KEY_FILE`',
    parser: path,
    kubernetes: onRequest,
  },
  DATABASE_KEY_FILE: {
    description: 'PEM private key of that certificate',
    parser: path,
    kubernetes: onRequest,
  },
  ARGON2_MEMORY_KIB: {
    description: 'Memory that one password hash takes; what is weaker than OWASP’s minimum is refused',
    parser: wholeNumber(7168, 1_048_576, 'KiB'),
    default: '19456',
    kubernetes: onRequest,
  },
  ARGON2_ITERATIONS: {
    description: 'Passes over that memory; the less memory, the more passes are asked for',
    parser: wholeNumber(1, 100),
    default: '2',
    kubernetes: onRequest,
  },
  ARGON2_PARALLELISM: {
    description: 'Threads that one hash takes',
    parser: wholeNumber(1, 16),
    default: '1',
    kubernetes: onRequest,
  },
  CACHE_WARM_USERS: {
    description: 'How many of the most recently active users are put into the cache at start; 0 is off',
    parser: wholeNumber(0, 1_000_000),
    default: '0',
    kubernetes: configMap('cache.warm.users'),
  },
  LOG_LEVEL: {
    description: 'Least important message that is logged',
    parser: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    kubernetes: configMap('log.level'),
  },
  LOG_FORMAT: {
    description: 'One JSON object a line, or lines for people',
    parser: oneOf('json', 'pretty'),
    default: [{ when: 'in production', value: 'json' }, { value: 'pretty' }],
    kubernetes: onRequest,
  },
  SHUTDOWN_DELAY_MS: {
    description: 'How long requests are still served after SIGTERM, until load balancers know',
    parser: wholeNumber(0, 600_000, 'milliseconds'),
    default: [{ when: 'in Kubernetes', value: '5000' }, { value: '0' }],
    kubernetes: onRequest,
  },
  SHUTDOWN_TIMEOUT_MS: {
    description: 'How long requests in flight may then take to finish',
    parser: wholeNumber(0, 600_000, 'milliseconds'),
    default: '20000',
    kubernetes: onRequest,
  },
} as const satisfies Readonly<Record<string, Variable<unknown>>>;

export type VariableName = keyof typeof VARIABLES;

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[];

type ValueOf<V> =
  V extends Variable<infer T> ? (V extends { readonly default: unknown } ? T : T | undefined) : never;

/** What is read: a value for each variable, `undefined` where it is unset and has no default. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> };
