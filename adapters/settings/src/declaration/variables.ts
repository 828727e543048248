import { databaseUrl } from './database-url.ts';
import { link, mailbox, serviceName, smtpUrl } from './mail.ts';
import {
  baseUrl,
  flag,
  folder,
  host,
  key,
  rate,
  nodes,
  oneOf,
  path,
  ranges,
  secret,
  secretWord,
  wholeNumber,
  word,
} from './parsers.ts';
import type { Variable } from './variable.ts';

const DAY = 86_400;

const configMap = (key: string) => ({ from: 'config-map', key }) as const;
const secretKey = (name: string, key: string) => ({ from: 'secret', name, key }) as const;
const secretFile = (name: string, key: string) => ({ from: 'secret-file', name, key }) as const;
const value = { from: 'value' } as const;
const onRequest = { from: 'on-request' } as const;

/**
 * Every environment variable of the service. The reader, the table in docs/configuration.md, the ConfigMap
 * and the Deployment derive from this declaration.
 */
export const VARIABLES = {
  APP_ENV: {
    description:
      'In development the service uses memory while Redis is unavailable. In production it requires Redis ' +
      'and refuses unsafe settings.',
    parser: oneOf('development', 'production'),
    default: [
      { when: 'where NODE_ENV=production', value: 'production' },
      { when: 'in Kubernetes', value: 'production' },
      { value: 'development' },
    ],
    kubernetes: configMap('app.env'),
  },
  HOST: {
    description: 'The service listens on this address.',
    parser: host,
    default: '0.0.0.0',
    kubernetes: onRequest,
  },
  PORT: {
    description: 'The service listens on this port. With 0, the operating system chooses a free port.',
    parser: wholeNumber(0, 65535),
    default: '8080',
    kubernetes: configMap('http.port'),
  },
  INTERNAL_PORT: {
    description:
      'The service listens on this port for other services and operators. Never expose it to clients.',
    parser: wholeNumber(0, 65535),
    default: '8081',
    kubernetes: configMap('http.internal.port'),
  },
  SERVICE_TOKENS_FILE: {
    description:
      'This JSON file lists the services that may call the internal port. The service follows its changes. ' +
      'Without it, the internal port serves health and metrics alone.',
    parser: path,
    kubernetes: secretFile('service-tokens', 'list.json'),
  },
  WEBHOOKS_FILE: {
    description:
      'This JSON file lists the endpoints that get events as webhooks. The service follows its changes.',
    parser: path,
    kubernetes: secretFile('webhooks', 'list.json'),
  },
  TRUSTED_PROXIES: {
    description:
      'The proxies in front of the service. The address of a client is the rightmost entry of ' +
      '`X-Forwarded-For` that is none of them. Without this variable, it is the address of the socket.',
    parser: ranges,
    kubernetes: configMap('trusted.proxies'),
  },
  REDIS_MODE: {
    description: 'Redis is a single server, a primary with Sentinels, or a Redis Cluster.',
    parser: oneOf('standalone', 'sentinel', 'cluster'),
    default: 'standalone',
    kubernetes: onRequest,
  },
  REDIS_HOST: {
    description: 'A standalone Redis has this host name or address.',
    parser: host,
    default: [{ when: 'in Kubernetes', value: 'redis.data.svc.cluster.local' }, { value: 'localhost' }],
    kubernetes: value,
  },
  REDIS_PORT: {
    description: 'A standalone Redis listens on this port.',
    parser: wholeNumber(1, 65535),
    default: '6379',
    kubernetes: value,
  },
  REDIS_NODES: {
    description:
      'The service first connects to these Sentinels or nodes of the cluster. `REDIS_MODE` sentinel and ' +
      'cluster require it.',
    parser: nodes,
    kubernetes: onRequest,
  },
  REDIS_SENTINEL_NAME: {
    description: 'The Sentinels know the primary by this name.',
    parser: word,
    default: 'mymaster',
    kubernetes: onRequest,
  },
  REDIS_USERNAME: {
    description: 'The service logs in to Redis as this ACL user. Without it, Redis uses the user `default`.',
    parser: secretWord,
    secret: true,
    kubernetes: secretKey('redis-secret', 'username'),
  },
  REDIS_PASSWORD: {
    description: 'The service logs in to Redis with this password.',
    parser: secret,
    secret: true,
    kubernetes: secretKey('redis-secret', 'password'),
  },
  REDIS_DB: {
    description: 'The service uses the logical database with this number. A cluster has database 0 only.',
    parser: wholeNumber(0, 65535),
    default: '0',
    kubernetes: onRequest,
  },
  REDIS_TLS: {
    description: 'With true, the service connects to Redis and the Sentinels over TLS.',
    parser: flag,
    default: 'false',
    kubernetes: onRequest,
  },
  REDIS_TLS_CA_FILE: {
    description:
      'For Redis, the service trusts the PEM certificates in this file instead of the system’s. The ' +
      'variable requires `REDIS_TLS`.',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_TLS_CERT_FILE: {
    description:
      'The service presents the PEM certificate in this file to Redis (mTLS). The variable requires ' +
      '`REDIS_TLS_KEY_FILE`.',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_TLS_KEY_FILE: {
    description: 'This file holds the PEM private key of the certificate in `REDIS_TLS_CERT_FILE`.',
    parser: path,
    kubernetes: onRequest,
  },
  REDIS_CACHE_TTL: {
    description: 'The cache keeps a user for this time after the last write or fill.',
    parser: wholeNumber(1, 30 * DAY, 'seconds'),
    default: '3600',
    kubernetes: configMap('redis.cache.ttl'),
  },
  REDIS_AUTH_TOKEN_TTL: {
    description: 'A token is valid for this time after the login.',
    parser: wholeNumber(1, 365 * DAY, 'seconds'),
    default: '3600',
    kubernetes: configMap('redis.auth.token.ttl'),
  },
  REFRESH_TOKEN_TTL: {
    description:
      'A session lives for this time after the login, if it is refreshed. 0 turns refresh tokens off: then ' +
      'a session ends with its token.',
    parser: wholeNumber(0, 365 * DAY, 'seconds'),
    default: '2592000',
    kubernetes: configMap('refresh.token.ttl'),
  },
  REFRESH_GRACE: {
    description:
      'After a refresh, the refresh token before gets the same answer again for this time. A later use ' +
      'ends the session.',
    parser: wholeNumber(0, 300, 'seconds'),
    default: '30',
    kubernetes: configMap('refresh.grace'),
  },
  SESSION_IDLE_TTL: {
    description: 'A session ends when it is not used for this time.',
    parser: wholeNumber(60, 365 * DAY, 'seconds'),
    default: '604800',
    kubernetes: configMap('session.idle.ttl'),
  },
  SESSIONS_PER_USER: {
    description:
      'A user has at most this number of sessions. A login beyond it ends the session that was not seen ' +
      'for the longest time.',
    parser: wholeNumber(1, 1000),
    default: '50',
    kubernetes: configMap('sessions.per.user'),
  },
  AUDIT_RETENTION_DAYS: {
    description: 'The service keeps what happened to accounts for this time. Then it removes it.',
    parser: wholeNumber(1, 3650, 'days'),
    default: '90',
    kubernetes: configMap('audit.retention.days'),
  },
  REGISTRATION: {
    description:
      'With `open`, a registration makes the user at once. With `verified`, it mails a code, and the user ' +
      'exists only after the code proved the email.',
    parser: oneOf('open', 'verified'),
    default: 'open',
    kubernetes: configMap('registration'),
  },
  CODE_TTL_RESET: {
    description: 'The code of a password reset works for this time.',
    parser: wholeNumber(60, DAY, 'seconds'),
    default: '900',
    kubernetes: configMap('code.ttl.reset'),
  },
  CODE_TTL_VERIFY: {
    description: 'The code of a registration, a verification or a change of the email works for this time.',
    parser: wholeNumber(60, 30 * DAY, 'seconds'),
    default: '86400',
    kubernetes: configMap('code.ttl.verify'),
  },
  RATE_LIMIT_ADDRESS: {
    description:
      'Each client address may send each request that needs no token, or checks a password, at this rate: ' +
      'registration, login, refresh, reset, the confirmation of codes, the change of the password or the ' +
      'email, and the deletion. In Kubernetes, this limit is off without `TRUSTED_PROXIES`.',
    parser: rate,
    default: '60/60',
    kubernetes: configMap('rate.limit.address'),
  },
  RATE_LIMIT_MAIL: {
    description:
      'The service mails codes to one address at this rate, and notices of each kind. Beyond it, nothing ' +
      'is sent, and the answer is the same.',
    parser: rate,
    default: '5/3600',
    kubernetes: configMap('rate.limit.mail'),
  },
  REDIS_CONNECT_TIMEOUT_MS: {
    description: 'A connection attempt to Redis fails after this time.',
    parser: wholeNumber(100, 60_000, 'milliseconds'),
    default: '5000',
    kubernetes: onRequest,
  },
  REDIS_COMMAND_TIMEOUT_MS: {
    description: 'A Redis command fails after this time without a reply.',
    parser: wholeNumber(10, 60_000, 'milliseconds'),
    default: '1000',
    kubernetes: onRequest,
  },
  DATABASE_URL: {
    description:
      'The service stores users here. `redis:` is the Redis of the `REDIS_` variables; the keys of users ' +
      'never expire.',
    parser: databaseUrl,
    default: [{ when: 'in production', value: 'redis:' }, { value: 'sqlite:data/users.db' }],
    secret: true,
    kubernetes: secretKey('database-secret', 'url'),
  },
  DATABASE_POOL_SIZE: {
    description: 'One process opens at most this number of connections to PostgreSQL.',
    parser: wholeNumber(1, 1000),
    default: '10',
    kubernetes: onRequest,
  },
  DATABASE_CA_FILE: {
    description:
      'For PostgreSQL, the service trusts the PEM certificates in this file instead of the system’s. It ' +
      'then verifies the certificate and the host name of the server.',
    parser: path,
    kubernetes: onRequest,
  },
  DATABASE_CERT_FILE: {
    description:
      'The service presents the PEM certificate in this file to PostgreSQL (mTLS). The variable requires ' +
      '`DATABASE_KEY_FILE`.',
    parser: path,
    kubernetes: onRequest,
  },
  DATABASE_KEY_FILE: {
    description: 'This file holds the PEM private key of the certificate in `DATABASE_CERT_FILE`.',
    parser: path,
    kubernetes: onRequest,
  },
  ARGON2_MEMORY_KIB: {
    description:
      'One password hash uses this much memory. The service refuses parameters below OWASP’s minimum.',
    parser: wholeNumber(7168, 1_048_576, 'KiB'),
    default: '19456',
    kubernetes: onRequest,
  },
  ARGON2_ITERATIONS: {
    description: 'One password hash passes over its memory this often. Less memory requires more passes.',
    parser: wholeNumber(1, 100),
    default: '2',
    kubernetes: onRequest,
  },
  ARGON2_PARALLELISM: {
    description: 'One password hash uses this number of threads.',
    parser: wholeNumber(1, 16),
    default: '1',
    kubernetes: onRequest,
  },
  PASSWORD_MIN_LENGTH: {
    description: 'A new password has at least this number of characters.',
    parser: wholeNumber(8, 64),
    default: '8',
    kubernetes: configMap('password.min.length'),
  },
  BREACHED_PASSWORDS_URL: {
    description:
      'The service looks up new passwords in a range API, such as https://api.pwnedpasswords.com/range. The ' +
      'API gets the first five digits of a SHA-1. Without this variable, nothing leaves the service.',
    parser: baseUrl,
    kubernetes: configMap('breached.passwords.url'),
  },
  CACHE_WARM_USERS: {
    description:
      'At start, the service loads this number of the most recently active users into the cache. 0 turns ' +
      'this off.',
    parser: wholeNumber(0, 1_000_000),
    default: '0',
    kubernetes: configMap('cache.warm.users'),
  },
  SMTP_URL: {
    description:
      'The service sends mails through this relay. The default port is 587, and 465 for `smtps:`. `smtp:` ' +
      'uses STARTTLS where the relay offers it. Without a relay, development shows mails in the log.',
    parser: smtpUrl,
    secret: true,
    kubernetes: secretKey('smtp-secret', 'url'),
  },
  SECRET_KEY: {
    description:
      'The codes in mails are derived from this key: 256 random bits in base64url. All replicas need the ' +
      'same. Production requires it with `SMTP_URL`. Without it, development makes one and keeps it in ' +
      '`data/secret-key`.',
    parser: key,
    secret: true,
    kubernetes: secretKey('secret-key', 'key'),
  },
  NOTIFY_NEW_DEVICE: {
    description: 'With true, a login on a device without a session sends a notice to the user.',
    parser: flag,
    default: 'false',
    kubernetes: configMap('notify.new.device'),
  },
  MAIL_FROM: {
    description: 'The sender of the mails. `SMTP_URL` requires it.',
    parser: mailbox,
    kubernetes: configMap('mail.from'),
  },
  MAIL_SERVICE_NAME: {
    description: 'The name of the service in its mails.',
    parser: serviceName,
    default: 'User management',
    kubernetes: configMap('mail.service.name'),
  },
  MAIL_TEMPLATES_DIR: {
    description: 'The files in this folder replace the built-in templates of mails that have the same names.',
    parser: folder,
    kubernetes: onRequest,
  },
  LINK_RESET: {
    description:
      'The page of your front end for a new password. The mail then has a link to it, with `challenge` and ' +
      '`code` in the fragment. Only development accepts `http:`.',
    parser: link,
    kubernetes: configMap('link.reset'),
  },
  LINK_UNDO: {
    description:
      'The page of your front end that takes a change of the email back, in the same way as `LINK_RESET`.',
    parser: link,
    kubernetes: configMap('link.undo'),
  },
  LOG_LEVEL: {
    description: 'The service logs messages of this level and above.',
    parser: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    default: 'info',
    kubernetes: configMap('log.level'),
  },
  LOG_FORMAT: {
    description: 'The log has one JSON object per line, or coloured text for a terminal.',
    parser: oneOf('json', 'pretty'),
    default: [{ when: 'in production', value: 'json' }, { value: 'pretty' }],
    kubernetes: onRequest,
  },
  SHUTDOWN_DELAY_MS: {
    description: 'After SIGTERM, the service accepts requests for this time, while load balancers remove it.',
    parser: wholeNumber(0, 600_000, 'milliseconds'),
    default: [{ when: 'in Kubernetes', value: '5000' }, { value: '0' }],
    kubernetes: onRequest,
  },
  SHUTDOWN_TIMEOUT_MS: {
    description: 'After that delay, in-flight requests have this time to finish.',
    parser: wholeNumber(0, 600_000, 'milliseconds'),
    default: '20000',
    kubernetes: onRequest,
  },
} as const satisfies Readonly<Record<string, Variable<unknown>>>;

export type VariableName = keyof typeof VARIABLES;

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[];

type ValueOf<V> =
  V extends Variable<infer T> ? (V extends { readonly default: unknown } ? T : T | undefined) : never;

/** The value of each variable; `undefined` when it is unset and has no default. */
export type Values = { readonly [Name in VariableName]: ValueOf<(typeof VARIABLES)[Name]> };
