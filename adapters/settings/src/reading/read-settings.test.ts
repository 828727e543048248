import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { VARIABLE_NAMES, VARIABLES } from '../declaration/variables.ts';
import { InvalidSettings, readSettings } from './read-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const KEY = String(
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
);

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}

const IN_KUBERNETES = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };

const SECRET_KEY = 'hunter2'.padEnd(43, 'A');

describe('readSettings: defaults', () => {
  it('needs nothing', () => {
    expect(readSettings({})).toEqual({
      appEnv: 'development',
      http: { host: '0.0.0.0', port: 8080, internalPort: 8081 },
      redis: {
        mode: 'standalone',
        nodes: [{ host: 'localhost', port: 6379 }],
        database: 0,
        connectTimeoutMs: 5000,
        commandTimeoutMs: 1000,
      },
      cacheTtl: 3600,
      sessions: {
        tokenTtl: 3600,
        refreshTokenTtl: 2_592_000,
        refreshGrace: 30,
        idleTtl: 604_800,
        sessionsPerUser: 50,
      },
      auditRetentionDays: 90,
      registration: 'open',
      addressRate: { limit: 60, seconds: 60 },
      mailRate: { limit: 5, seconds: 3600 },
      database: { kind: 'sqlite', path: 'data/users.db' },
      postgres: { poolSize: 10 },
      argon2: { memoryKib: 19456, iterations: 2, parallelism: 1 },
      trustedProxies: [],
      passwords: { minLength: 8 },
      cacheWarmUsers: 0,
      mail: {
        codeTtlReset: 900,
        codeTtlVerify: 86_400,
        notifyNewDevice: false,
        serviceName: 'User management',
        links: {},
      },
      log: { level: 'info', format: 'pretty' },
      shutdown: { delayMs: 0, timeoutMs: 20000 },
    });
  });

  it('is in production where Node is, with Redis as the user store and logs for machines', () => {
    expect(readSettings({ NODE_ENV: 'production' })).toMatchObject({
      appEnv: 'production',
      database: { kind: 'redis' },
      log: { format: 'json' },
      redis: { nodes: [{ host: 'localhost', port: 6379 }] },
      shutdown: { delayMs: 0 },
    });
  });

  it('has no limit per address in Kubernetes without trusted proxies', () => {
    expect(readSettings({ ...IN_KUBERNETES, RATE_LIMIT_ADDRESS: '3/10' }).addressRate).toBeNull();
    const env = { ...IN_KUBERNETES, TRUSTED_PROXIES: '10.0.0.0/8' };
    expect(readSettings(env).addressRate).toEqual({ limit: 60, seconds: 60 });
  });

  it('is in production in Kubernetes, finds the Redis of the cluster, waits for the load balancers', () => {
    expect(readSettings(IN_KUBERNETES)).toMatchObject({
      appEnv: 'production',
      redis: { nodes: [{ host: 'redis.data.svc.cluster.local', port: 6379 }] },
      shutdown: { delayMs: 5000 },
    });
  });

  it('lets APP_ENV overrule what Node and Kubernetes suggest', () => {
    expect(readSettings({ ...IN_KUBERNETES, NODE_ENV: 'production', APP_ENV: 'development' })).toMatchObject({
      appEnv: 'development',
      database: { kind: 'sqlite' },
      log: { format: 'pretty' },
    });
  });

  it('takes an empty value for an unset one', () => {
    const empty = VARIABLE_NAMES.flatMap((name) => [name, `${name}_FILE`]).map((name): [string, string] => [
      name,
      '',
    ]);
    expect(readSettings(Object.fromEntries(empty))).toEqual(readSettings({}));
  });

  it('has defaults that are accepted, everywhere', () => {
    for (const env of [{}, { NODE_ENV: 'production' }, IN_KUBERNETES]) expect(problemsOf(env)).toEqual([]);
  });
});

describe('readSettings: values', () => {
  it('reads every variable', () => {
    const ca = file('ca.pem', String(rootCertificates[0]));
    const settings = readSettings({
      APP_ENV: 'production',
      HOST: '::1',
      PORT: '0',
      REDIS_MODE: 'sentinel',
      REDIS_NODES: 'a:26379,b:26379',
      REDIS_SENTINEL_NAME: 'users',
      REDIS_USERNAME: 'service',
      REDIS_PASSWORD: 'hunter2',
      REDIS_DB: '3',
      REDIS_TLS: 'true',
      REDIS_TLS_CA_FILE: ca,
      REDIS_CACHE_TTL: '60',
      REDIS_AUTH_TOKEN_TTL: '120',
      REFRESH_TOKEN_TTL: '0',
      REFRESH_GRACE: '10',
      SESSION_IDLE_TTL: '600',
      SESSIONS_PER_USER: '3',
      AUDIT_RETENTION_DAYS: '30',
      REDIS_CONNECT_TIMEOUT_MS: '2000',
      REDIS_COMMAND_TIMEOUT_MS: '500',
      DATABASE_URL: 'sqlite:/var/lib/users.db',
      ARGON2_MEMORY_KIB: '47104',
      ARGON2_ITERATIONS: '1',
      ARGON2_PARALLELISM: '2',
      TRUSTED_PROXIES: '10.0.0.0/8',
      PASSWORD_MIN_LENGTH: '15',
      BREACHED_PASSWORDS_URL: 'https://api.example/range',
      CACHE_WARM_USERS: '1000',
      REGISTRATION: 'verified',
      RATE_LIMIT_ADDRESS: '3/10',
      RATE_LIMIT_MAIL: '2/60',
      CODE_TTL_RESET: '60',
      CODE_TTL_VERIFY: '120',
      NOTIFY_NEW_DEVICE: 'true',
      SECRET_KEY,
      SMTP_URL: 'smtps://user:hunter2@mail.example',
      MAIL_FROM: 'Example <no-reply@example.com>',
      MAIL_SERVICE_NAME: 'Example',
      MAIL_TEMPLATES_DIR: '/etc/templates',
      LINK_RESET: 'https://example.com/reset',
      LINK_UNDO: 'https://example.com/undo?lang=en',
      LOG_LEVEL: 'warn',
      LOG_FORMAT: 'pretty',
      SHUTDOWN_DELAY_MS: '1',
      SHUTDOWN_TIMEOUT_MS: '2',
    });
    expect(settings).toMatchObject({
      appEnv: 'production',
      http: { host: '::1', port: 0 },
      redis: {
        mode: 'sentinel',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26379 },
        ],
        sentinelName: 'users',
        database: 3,
        connectTimeoutMs: 2000,
        commandTimeoutMs: 500,
      },
      cacheTtl: 60,
      sessions: { tokenTtl: 120, refreshTokenTtl: 0, refreshGrace: 10, idleTtl: 600, sessionsPerUser: 3 },
      auditRetentionDays: 30,
      registration: 'verified',
      addressRate: { limit: 3, seconds: 10 },
      mailRate: { limit: 2, seconds: 60 },
      database: { kind: 'sqlite', path: '/var/lib/users.db' },
      argon2: { memoryKib: 47104, iterations: 1, parallelism: 2 },
      trustedProxies: ['10.0.0.0/8'],
      passwords: { minLength: 15, breachedUrl: 'https://api.example/range' },
      cacheWarmUsers: 1000,
      mail: {
        smtp: { from: { name: 'Example', address: 'no-reply@example.com' } },
        codeTtlReset: 60,
        codeTtlVerify: 120,
        notifyNewDevice: true,
        serviceName: 'Example',
        templatesDir: '/etc/templates',
        links: { reset: 'https://example.com/reset', undo: 'https://example.com/undo?lang=en' },
      },
      log: { level: 'warn', format: 'pretty' },
      shutdown: { delayMs: 1, timeoutMs: 2 },
    });
    expect(settings.redis.username?.reveal()).toBe('service');
    expect(settings.redis.password?.reveal()).toBe('hunter2');
    expect(settings.redis.tls?.ca?.reveal()).toBe(rootCertificates[0]);
    expect(settings.mail.smtp?.url.reveal()).toBe('smtps://user:hunter2@mail.example');
  });

  it('has no sentinel name where there are no sentinels', () => {
    expect(readSettings({ REDIS_SENTINEL_NAME: 'users' }).redis).not.toHaveProperty('sentinelName');
  });

  it.each([
    ['a newline of an editor', 'hunter2\n', 'hunter2'],
    ['a newline of Windows', 'hunter2\r\n', 'hunter2'],
    ['spaces that belong to it', ' hunter2 \n\n', ' hunter2 \n'],
  ])('reads a secret from a file with %s', (_, content, password) => {
    const { redis } = readSettings({ REDIS_PASSWORD_FILE: file('password', content) });
    expect(redis.password?.reveal()).toBe(password);
  });

  it('reads every secret from a file, and nothing else', () => {
    const secrets = VARIABLE_NAMES.filter((name) => 'secret' in VARIABLES[name]);
    expect(secrets).toEqual(['REDIS_USERNAME', 'REDIS_PASSWORD', 'DATABASE_URL', 'SMTP_URL', 'SECRET_KEY']);
    const settings = readSettings({
      REDIS_USERNAME_FILE: file('username', 'service\n'),
      REDIS_PASSWORD_FILE: file('password', 'hunter2\n'),
      DATABASE_URL_FILE: file('url', 'redis:\n'),
      SMTP_URL_FILE: file('smtp-url', 'smtp://mail.example\n'),
      SECRET_KEY_FILE: file('secret-key', `${SECRET_KEY}\n`),
      MAIL_FROM: 'no-reply@example.com',
      PORT_FILE: file('port', '1\n'),
    });
    expect(settings).toMatchObject({ database: { kind: 'redis' }, http: { port: 8080 } });
    expect(settings.redis.username?.reveal()).toBe('service');
    expect(settings.mail.smtp?.url.reveal()).toBe('smtp://mail.example');
    expect(settings.mail.secretKey?.reveal()).toBe(SECRET_KEY);
  });
});

describe('readSettings: problems', () => {
  it('lists all of them at once, each with the variable, its value and the accepted values', () => {
    expect(problemsOf({ APP_ENV: 'staging', PORT: '80a', REDIS_TLS: 'yes', REDIS_CACHE_TTL: '0' })).toEqual([
      'APP_ENV is "staging". It must be development or production.',
      'PORT is "80a". It must be a whole number from 0 to 65535.',
      'REDIS_TLS is "yes". It must be true or false.',
      'REDIS_CACHE_TTL is "0". It must be a whole number from 1 to 2592000 (seconds).',
    ]);
  });

  it('puts them into the message', () => {
    const read = () => readSettings({ PORT: 'a', REDIS_PORT: 'b' });
    expect(read).toThrow(/^The settings are not valid:\n- PORT .*\n- REDIS_PORT .*$/);
  });

  it.each(VARIABLE_NAMES.filter((name) => name !== 'REDIS_PASSWORD' && !/_(?:CA|CERT|KEY)_FILE$/.test(name)))(
    'refuses nonsense in %s, and in it alone',
    (name) => {
      const problems = problemsOf({ [name]: ' ', ...(name === 'REDIS_NODES' && { REDIS_MODE: 'cluster' }) });
      expect(problems).toEqual([expect.stringMatching(`^${name} .*\\. It must be .*\\.$`)]);
    },
  );

  it.each([
    ['a secret', { DATABASE_URL: 'mysql://user:hunter2@db/users' }],
    ['a secret from a file', { DATABASE_URL_FILE: file('mysql', 'mysql://user:hunter2@db/users') }],
    ['a relay', { SMTP_URL: 'smtp://user:hunter2@mail.example/path' }],
    ['a key', { SECRET_KEY: 'hunter2' }],
    ['a key with too many bits', { SECRET_KEY: `hunter2${'B'.repeat(36)}` }],
    ['a user name', { REDIS_USERNAME: 'hunter2 hunter2', REDIS_PASSWORD: 'hunter2' }],
  ])('does not show %s', (_, env) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining('not shown')]);
    expect(problemsOf(env).join()).not.toContain('hunter2');
  });

  it('says where a port that looks like a URL comes from', () => {
    expect(problemsOf({ REDIS_PORT: 'tcp://10.0.0.1:6379' })).toEqual([
      expect.stringContaining('enableServiceLinks'),
    ]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'users in memory in production',
      { APP_ENV: 'production', DATABASE_URL: 'memory:' },
      'DATABASE_URL is "memory:"',
    ],
    ['sentinels without nodes', { REDIS_MODE: 'sentinel' }, 'REDIS_NODES is unset'],
    ['a cluster without nodes', { REDIS_MODE: 'cluster' }, 'REDIS_NODES is unset'],
    [
      'nodes that the mode does not use',
      { REDIS_NODES: 'a:1' },
      'REDIS_NODES is set, but REDIS_MODE is "standalone"',
    ],
    [
      'a cluster with databases',
      { REDIS_MODE: 'cluster', REDIS_NODES: 'a:1', REDIS_DB: '1' },
      'REDIS_DB is "1"',
    ],
    ['a user without password', { REDIS_USERNAME: 'service' }, 'REDIS_PASSWORD is unset'],
    [
      'a secret given twice',
      { REDIS_PASSWORD: 'a', REDIS_PASSWORD_FILE: 'b' },
      'REDIS_PASSWORD and REDIS_PASSWORD_FILE',
    ],
    [
      'a file that is not there',
      { REDIS_PASSWORD_FILE: '/nowhere' },
      'REDIS_PASSWORD_FILE is "/nowhere", which cannot be read (ENOENT)',
    ],
    ['a folder in place of a file', { REDIS_PASSWORD_FILE: folder }, 'cannot be read (EISDIR)'],
    ['a file without an end', { REDIS_PASSWORD_FILE: '/dev/zero' }, 'It must be a file of at most 1 MiB'],
    ['an empty secret file', { REDIS_PASSWORD_FILE: file('empty', '\n') }, 'which is empty'],
    [
      'a CA that is not there',
      { REDIS_TLS: 'true', REDIS_TLS_CA_FILE: '/nowhere' },
      'REDIS_TLS_CA_FILE is "/nowhere"',
    ],
    [
      'a CA that is none',
      { REDIS_TLS: 'true', REDIS_TLS_CA_FILE: file('no-ca', 'x') },
      'It must be a file with PEM certificates',
    ],
    [
      'a certificate that is none',
      { DATABASE_CERT_FILE: file('no-cert', 'x'), DATABASE_KEY_FILE: file('a-key', KEY) },
      'It must be a file with PEM certificates',
    ],
    [
      'a private key that is none',
      {
        DATABASE_CERT_FILE: file('a-cert', String(rootCertificates[0])),
        DATABASE_KEY_FILE: file('no-key', 'x'),
      },
      'DATABASE_KEY_FILE is',
    ],
    [
      'a certificate without its key',
      { REDIS_TLS: 'true', REDIS_TLS_CERT_FILE: file('half', String(rootCertificates[0])) },
      'REDIS_TLS_KEY_FILE is unset. A certificate needs its private key',
    ],
    [
      'a relay without a key in production',
      { APP_ENV: 'production', SMTP_URL: 'smtp://mail.example', MAIL_FROM: 'a@example.com' },
      'SECRET_KEY is unset. With SMTP_URL it must be a key of 256 random bits',
    ],
    ['a relay without a sender', { SMTP_URL: 'smtp://mail.example' }, 'MAIL_FROM is unset. With SMTP_URL'],
    [
      'a link without TLS in production',
      { APP_ENV: 'production', LINK_RESET: 'http://example.com/reset' },
      'LINK_RESET is "http://example.com/reset". It must begin with https: in production',
    ],
    [
      'the other link without TLS in production',
      { APP_ENV: 'production', LINK_UNDO: 'http://example.com/undo' },
      'LINK_UNDO is',
    ],
    [
      'a CA without TLS',
      { REDIS_TLS_CA_FILE: file('a-ca', String(rootCertificates[0])) },
      'REDIS_TLS is "false"',
    ],
  ])('refuses %s', (_, env, problem) => {
    expect(problemsOf(env)).toEqual([expect.stringContaining(problem)]);
  });

  it('reads a certificate of its own for Redis, and names that for PostgreSQL', () => {
    const certificate = String(rootCertificates[0]);
    const [cert, key] = [file('own.crt', certificate), file('own.key', KEY)];
    const { redis, postgres } = readSettings({
      ...{ REDIS_TLS: 'true', REDIS_TLS_CERT_FILE: cert, REDIS_TLS_KEY_FILE: key },
      ...{
        DATABASE_CA_FILE: cert,
        DATABASE_CERT_FILE: cert,
        DATABASE_KEY_FILE: key,
        DATABASE_POOL_SIZE: '4',
      },
    });
    expect(redis.tls?.cert?.reveal()).toBe(certificate);
    expect(redis.tls?.key?.reveal()).toBe(KEY);
    expect(postgres).toEqual({ poolSize: 4, caFile: cert, certFile: cert, keyFile: key });
  });

  it('accepts links without TLS in development', () => {
    expect(readSettings({ LINK_RESET: 'http://localhost:3000/reset' }).mail.links).toEqual({
      reset: 'http://localhost:3000/reset',
    });
  });

  it('accepts users in memory in development', () => {
    expect(readSettings({ DATABASE_URL: 'memory:' }).database).toEqual({ kind: 'memory' });
  });

  it('does not judge variables together while one of them cannot be read', () => {
    expect(problemsOf({ ARGON2_MEMORY_KIB: '47104 ', ARGON2_ITERATIONS: '1' })).toHaveLength(1);
  });

  it.each([
    [47104, 1],
    [19456, 2],
    [12288, 3],
    [9216, 4],
    [7168, 5],
  ])("accepts OWASP's %i KiB with %i passes, and nothing weaker", (memory, iterations) => {
    const argon2 = (kib: number, passes: number) =>
      problemsOf({ ARGON2_MEMORY_KIB: `${kib}`, ARGON2_ITERATIONS: `${passes}` });
    expect(argon2(memory, iterations)).toEqual([]);
    expect(argon2(memory - 1, iterations)).toHaveLength(1);
    expect(argon2(memory, iterations - 1)).toHaveLength(1);
  });
});
