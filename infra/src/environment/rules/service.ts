import { toMebibytes } from '../../kit/quantities.ts';
import type { Rule, SettingsRule } from './rule.ts';

export const SERVICE_RULES: readonly Rule[] = [
  ({ secrets }) =>
    new Set(secrets).size < secrets.length && `secrets is "${secrets.join(', ')}"; accepted is each once`,

  ({ redis, secrets }) =>
    redis.kind === 'here' &&
    secrets.join() !== 'REDIS_PASSWORD' &&
    `secrets is "${secrets.join(', ')}"; accepted with redis.kind "here" is REDIS_PASSWORD alone: that ` +
      'Redis has one user, with a password',

  ({ settings: { APP_ENV }, allowDevelopment }) =>
    APP_ENV === 'development' &&
    !allowDevelopment &&
    'settings.APP_ENV is "development", with which memory takes the place of a lost Redis in each pod ' +
      'by itself; ' +
      'accepted in Kubernetes is "production", or allowDevelopment: true beside it',

  ({ settings: { LOG_FORMAT } }) =>
    LOG_FORMAT === 'pretty' &&
    'settings.LOG_FORMAT is "pretty", which collectors of logs cannot read; accepted in Kubernetes is "json"',

  ({ monitoring, scrapers }) =>
    monitoring !== undefined &&
    scrapers.length === 0 &&
    'scrapers is []; accepted with monitoring is where Prometheus runs, since the network policy lets ' +
      'in nobody else',

  ({ users }) =>
    users.in === 'postgres' &&
    users.ca?.secret !== undefined &&
    users.ca.secret === users.clientCertificate?.secret &&
    users.ca.key === users.clientCertificate.key &&
    'users.ca.key is the private key of users.clientCertificate; accepted is the key of a certificate',
];

/** Of the service without any hashes in progress, with room for its heap to breathe. MiB. */
const BASE_MEMORY = 160;
/** Hashes that run at a time: as many as libuv has threads, unless UV_THREADPOOL_SIZE says otherwise. */
const THREADS = 4;

export const SERVICE_SETTINGS_RULES: readonly SettingsRule[] = [
  // A port below 1024 needs a capability, and all of them are dropped; 0 would be another one in every pod.
  ({ http: { port } }) =>
    port < 1024 && `settings.PORT is "${port}"; accepted in Kubernetes is 1024 to 65535`,

  ({ http: { host } }) =>
    !['0.0.0.0', '::'].includes(host) &&
    `settings.HOST is "${host}"; accepted in Kubernetes is 0.0.0.0 or ::, since probes and clients come ` +
      'from outside the pod',

  ({ argon2: { memoryKib } }, { resources: { memory, limits }, env }) => {
    const threads = Number(env['UV_THREADPOOL_SIZE'] ?? THREADS);
    const needed = BASE_MEMORY + Math.ceil((threads * memoryKib) / 1024);
    const given = limits?.memory ?? memory;
    return (
      toMebibytes(given) < needed &&
      `resources.memory is "${given}"; accepted with ARGON2_MEMORY_KIB ${memoryKib} is ${needed}Mi or ` +
        'more: ' +
        `${threads} hashes may run at a time`
    );
  },
];
