import { CHECKS } from '../declaration/checks.ts';
import type { Database } from '../declaration/database-url.ts';
import type { Mailbox } from '../declaration/mail.ts';
import type { Node, RateSetting } from '../declaration/parsers.ts';
import type { Secret } from '../declaration/secret.ts';
import type { AppEnv, Surroundings } from '../declaration/variable.ts';
import type { Values } from '../declaration/variables.ts';
import type { Warn } from './follow-file.ts';
import { PEM_FILES, type PemFile, readPem } from './read-pem.ts';
import type { Environment } from './read-text.ts';
import { readValues } from './read-values.ts';

interface RedisSettings {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** The standalone Redis, the Sentinels, or some nodes of the cluster; never empty. */
  readonly nodes: readonly Node[];
  /** Only with mode `sentinel`. */
  readonly sentinelName?: string;
  readonly username?: Secret;
  readonly password?: Secret;
  readonly database: number;
  /** PEM texts. Without `ca`, the service trusts the system's authorities. */
  readonly tls?: { readonly ca?: Secret; readonly cert?: Secret; readonly key?: Secret };
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

interface PostgresSettings {
  readonly poolSize: number;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** In seconds, but for `sessionsPerUser`. */
interface SessionSettings {
  readonly tokenTtl: number;
  /** 0 turns refresh tokens off. */
  readonly refreshTokenTtl: number;
  readonly refreshGrace: number;
  readonly idleTtl: number;
  readonly sessionsPerUser: number;
}

interface MailSettings {
  /** The service sends no mail without it. */
  readonly smtp?: { readonly url: Secret; readonly from: Mailbox };
  /** Codes are derived from it. Development has a fall-back. */
  readonly secretKey?: Secret;
  /** Seconds. */
  readonly codeTtlReset: number;
  readonly codeTtlVerify: number;
  readonly notifyNewDevice: boolean;
  readonly serviceName: string;
  readonly templatesDir?: string;
  /** Pages of a front end, without a fragment. */
  readonly links: { readonly reset?: string; readonly undo?: string };
}

/** The rules for new passwords. */
interface PasswordSettings {
  readonly minLength: number;
  /** Without it, no password is looked up. */
  readonly breachedUrl?: string;
}

export interface Settings {
  readonly appEnv: AppEnv;
  readonly http: { readonly host: string; readonly port: number; readonly internalPort: number };
  /** The list of the services that may call the internal port. */
  readonly serviceTokensFile?: string;
  readonly webhooksFile?: string;
  /** Address ranges. */
  readonly trustedProxies: readonly string[];
  readonly redis: RedisSettings;
  /** Seconds. */
  readonly cacheTtl: number;
  readonly sessions: SessionSettings;
  readonly auditRetentionDays: number;
  /** `verified`: a user exists only after a code proved the email. */
  readonly registration: Values['REGISTRATION'];
  readonly database: Database;
  /** Used only when `database` is PostgreSQL, which reads the files again for each connection. */
  readonly postgres: PostgresSettings;
  readonly argon2: { readonly memoryKib: number; readonly iterations: number; readonly parallelism: number };
  readonly passwords: PasswordSettings;
  readonly cacheWarmUsers: number;
  readonly mail: MailSettings;
  /**
   * Requests from one client address. `null` in Kubernetes without trusted proxies: there every request seems
   * to come from the Ingress, so all clients would share one count.
   */
  readonly addressRate: RateSetting | null;
  /** Mails with codes to one address. */
  readonly mailRate: RateSetting;
  readonly log: { readonly level: Values['LOG_LEVEL']; readonly format: Values['LOG_FORMAT'] };
  readonly shutdown: { readonly delayMs: number; readonly timeoutMs: number };
}

/** The service cannot start with these settings. The message lists every problem and shows no secret. */
export class InvalidSettings extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The settings are not valid:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the environment variables of docs/configuration.md, and the files that they name. Each `reveal` of a
 * secret from a file reads that file again.
 * @throws {InvalidSettings}
 */
export function readSettings(env: Environment, warn: Warn = () => undefined): Settings {
  const { values, faulty, problems, surroundings } = readValues(env, warn);
  const applicable = CHECKS.filter(({ reads }) => !reads.some((name) => faulty.has(name)));
  const broken = applicable.map((check) => check.problem(values) || undefined);
  const pems = Object.fromEntries(PEM_FILES.map((name) => [name, readPem(name, values[name], warn)]));
  const unreadable = Object.values(pems).map(({ problem }) => problem);
  const all = [...problems, ...broken, ...unreadable].filter((problem) => problem !== undefined);
  if (all.length > 0) throw new InvalidSettings(all);
  return toSettings(values, surroundings, (name) => pems[name]?.pem);
}

const toSettings = (values: Values, { inKubernetes }: Surroundings, pemOf: PemOf): Settings => ({
  appEnv: values.APP_ENV,
  http: { host: values.HOST, port: values.PORT, internalPort: values.INTERNAL_PORT },
  ...optional('serviceTokensFile', values.SERVICE_TOKENS_FILE),
  ...optional('webhooksFile', values.WEBHOOKS_FILE),
  trustedProxies: values.TRUSTED_PROXIES ?? [],
  redis: toRedisSettings(values, pemOf),
  cacheTtl: values.REDIS_CACHE_TTL,
  sessions: {
    tokenTtl: values.REDIS_AUTH_TOKEN_TTL,
    refreshTokenTtl: values.REFRESH_TOKEN_TTL,
    refreshGrace: values.REFRESH_GRACE,
    idleTtl: values.SESSION_IDLE_TTL,
    sessionsPerUser: values.SESSIONS_PER_USER,
  },
  auditRetentionDays: values.AUDIT_RETENTION_DAYS,
  registration: values.REGISTRATION,
  database: values.DATABASE_URL,
  postgres: toPostgresSettings(values),
  argon2: {
    memoryKib: values.ARGON2_MEMORY_KIB,
    iterations: values.ARGON2_ITERATIONS,
    parallelism: values.ARGON2_PARALLELISM,
  },
  passwords: {
    minLength: values.PASSWORD_MIN_LENGTH,
    ...optional('breachedUrl', values.BREACHED_PASSWORDS_URL),
  },
  cacheWarmUsers: values.CACHE_WARM_USERS,
  mail: toMailSettings(values),
  addressRate: inKubernetes && !values.TRUSTED_PROXIES ? null : values.RATE_LIMIT_ADDRESS,
  mailRate: values.RATE_LIMIT_MAIL,
  log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  shutdown: { delayMs: values.SHUTDOWN_DELAY_MS, timeoutMs: values.SHUTDOWN_TIMEOUT_MS },
});

const toMailSettings = (values: Values): MailSettings => ({
  ...(values.SMTP_URL && values.MAIL_FROM && { smtp: { url: values.SMTP_URL, from: values.MAIL_FROM } }),
  ...optional('secretKey', values.SECRET_KEY),
  codeTtlReset: values.CODE_TTL_RESET,
  codeTtlVerify: values.CODE_TTL_VERIFY,
  notifyNewDevice: values.NOTIFY_NEW_DEVICE,
  serviceName: values.MAIL_SERVICE_NAME,
  ...optional('templatesDir', values.MAIL_TEMPLATES_DIR),
  links: { ...optional('reset', values.LINK_RESET), ...optional('undo', values.LINK_UNDO) },
});

const toPostgresSettings = (values: Values): PostgresSettings => ({
  poolSize: values.DATABASE_POOL_SIZE,
  ...optional('caFile', values.DATABASE_CA_FILE),
  ...optional('certFile', values.DATABASE_CERT_FILE),
  ...optional('keyFile', values.DATABASE_KEY_FILE),
});

const toRedisSettings = (values: Values, pemOf: PemOf): RedisSettings => ({
  mode: values.REDIS_MODE,
  nodes: values.REDIS_NODES ?? [{ host: values.REDIS_HOST, port: values.REDIS_PORT }],
  ...(values.REDIS_MODE === 'sentinel' && { sentinelName: values.REDIS_SENTINEL_NAME }),
  ...(values.REDIS_USERNAME && { username: values.REDIS_USERNAME }),
  ...(values.REDIS_PASSWORD && { password: values.REDIS_PASSWORD }),
  database: values.REDIS_DB,
  ...(values.REDIS_TLS && {
    tls: {
      ...optional('ca', pemOf('REDIS_TLS_CA_FILE')),
      ...optional('cert', pemOf('REDIS_TLS_CERT_FILE')),
      ...optional('key', pemOf('REDIS_TLS_KEY_FILE')),
    },
  }),
  connectTimeoutMs: values.REDIS_CONNECT_TIMEOUT_MS,
  commandTimeoutMs: values.REDIS_COMMAND_TIMEOUT_MS,
});

type PemOf = (name: PemFile) => Secret | undefined;

/** An object with this member, or an empty object when the member has no value. */
const optional = <const Name extends string, T>(name: Name, value: T | undefined) =>
  (value === undefined ? {} : { [name]: value }) as Partial<Record<Name, T>>;
