import { X509Certificate } from 'node:crypto';
import { CHECKS } from '../declaration/checks.ts';
import type { Database } from '../declaration/database-url.ts';
import type { Node } from '../declaration/parsers.ts';
import type { Secret } from '../declaration/secret.ts';
import type { AppEnv } from '../declaration/variable.ts';
import type { Values } from '../declaration/variables.ts';
import { type Environment, Problem, readFile } from './read-text.ts';
import { readValues } from './read-values.ts';

export interface RedisSettings {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  /** The one Redis, the sentinels, or some nodes of the cluster; never empty. */
  readonly nodes: readonly Node[];
  /** Only with mode `sentinel`. */
  readonly sentinelName?: string;
  readonly username?: string;
  readonly password?: Secret;
  readonly db: number;
  readonly tls: boolean;
  /** PEM. */
  readonly tlsCa?: string;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
}

export interface Settings {
  readonly appEnv: AppEnv;
  readonly http: { readonly host: string; readonly port: number };
  readonly redis: RedisSettings;
  /** Seconds. */
  readonly cacheTtl: number;
  /** Seconds. */
  readonly authTokenTtl: number;
  readonly database: Database;
  readonly argon2: { readonly memoryKib: number; readonly iterations: number; readonly parallelism: number };
  readonly cacheWarmUsers: number;
  readonly log: { readonly level: Values['LOG_LEVEL']; readonly format: Values['LOG_FORMAT'] };
  readonly shutdown: { readonly delayMs: number; readonly timeoutMs: number };
}

/** Settings that the service cannot start with. The message lists every problem; none shows a secret. */
export class InvalidSettings extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The settings are not valid:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the environment variables of docs/configuration.md, and the files that they name.
 * @throws {InvalidSettings}
 */
export function readSettings(env: Environment): Settings {
  const { values, faulty, problems } = readValues(env);
  const applicable = CHECKS.filter(({ reads }) => !reads.some((name) => faulty.has(name)));
  const broken = applicable.map((check) => check.problem(values) || undefined);
  const ca = readCa(values.REDIS_TLS_CA_FILE);
  const all = [...problems, ...broken, ca.problem].filter((problem) => problem !== undefined);
  if (all.length > 0) throw new InvalidSettings(all);
  return toSettings(values, ca.pem);
}

function readCa(path: string | undefined): { pem?: string; problem?: string } {
  if (path === undefined) return {};
  try {
    const pem = readFile('REDIS_TLS_CA_FILE', path);
    return isCertificate(pem)
      ? { pem }
      : { problem: `REDIS_TLS_CA_FILE is "${path}"; accepted is a file with PEM certificates` };
  } catch (error) {
    if (error instanceof Problem) return { problem: error.message };
    throw error;
  }
}

// A CA that OpenSSL cannot read would come to light as a connection that fails for no visible reason.
function isCertificate(pem: string): boolean {
  try {
    return Boolean(new X509Certificate(pem));
  } catch {
    return false;
  }
}

const toSettings = (values: Values, tlsCa: string | undefined): Settings => ({
  appEnv: values.APP_ENV,
  http: { host: values.HOST, port: values.PORT },
  redis: toRedisSettings(values, tlsCa),
  cacheTtl: values.REDIS_CACHE_TTL,
  authTokenTtl: values.REDIS_AUTH_TOKEN_TTL,
  database: values.DATABASE_URL,
  argon2: {
    memoryKib: values.ARGON2_MEMORY_KIB,
    iterations: values.ARGON2_ITERATIONS,
    parallelism: values.ARGON2_PARALLELISM,
  },
  cacheWarmUsers: values.CACHE_WARM_USERS,
  log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
  shutdown: { delayMs: values.SHUTDOWN_DELAY_MS, timeoutMs: values.SHUTDOWN_TIMEOUT_MS },
});

const toRedisSettings = (values: Values, tlsCa: string | undefined): RedisSettings => ({
  mode: values.REDIS_MODE,
  nodes: values.REDIS_NODES ?? [{ host: values.REDIS_HOST, port: values.REDIS_PORT }],
  ...(values.REDIS_MODE === 'sentinel' && { sentinelName: values.REDIS_SENTINEL_NAME }),
  ...(values.REDIS_USERNAME !== undefined && { username: values.REDIS_USERNAME }),
  ...(values.REDIS_PASSWORD && { password: values.REDIS_PASSWORD }),
  db: values.REDIS_DB,
  tls: values.REDIS_TLS,
  ...(tlsCa !== undefined && { tlsCa }),
  connectTimeoutMs: values.REDIS_CONNECT_TIMEOUT_MS,
  commandTimeoutMs: values.REDIS_COMMAND_TIMEOUT_MS,
});
