import { toMebibytes } from '../../kit/quantities.ts';
import type { Rule, SettingsRule } from './rule.ts';

const OF_MAIL = ['MAIL_FROM', 'MAIL_SERVICE_NAME', 'LINK_RESET', 'LINK_UNDO'] as const;

export const SERVICE_RULES: readonly Rule[] = [
  ({ secrets }) =>
    new Set(secrets).size < secrets.length &&
    `secrets is "${secrets.join(', ')}". It must name each variable only once.`,

  ({ redis, secrets }) =>
    redis.kind === 'here' &&
    secrets.join() !== 'REDIS_PASSWORD' &&
    `secrets is "${secrets.join(', ')}". With redis.kind "here" it must be only REDIS_PASSWORD, because ` +
      'that Redis has one user with a password.',

  ({ settings: { APP_ENV }, allowDevelopment }) =>
    APP_ENV === 'development' &&
    !allowDevelopment &&
    'settings.APP_ENV is "development". In Kubernetes it must be "production", because in development ' +
      'each pod replaces a lost Redis by its own memory. Or set allowDevelopment: true.',

  ({ settings: { LOG_FORMAT } }) =>
    LOG_FORMAT === 'pretty' &&
    'settings.LOG_FORMAT is "pretty". In Kubernetes it must be "json", because log collectors cannot read ' +
      'pretty lines.',

  ({ monitoring, scrapers }) =>
    monitoring !== undefined &&
    scrapers.length === 0 &&
    'scrapers is []. With monitoring it must say where Prometheus runs, because the network policy allows ' +
      'no other client.',

  ({ callers, files }) =>
    callers.length > 0 &&
    !files.includes('SERVICE_TOKENS_FILE') &&
    'files lacks SERVICE_TOKENS_FILE. With callers it must name it, because without that file the internal ' +
      'port serves health and metrics alone.',

  ({ callers, files }) =>
    files.includes('SERVICE_TOKENS_FILE') &&
    callers.length === 0 &&
    'callers is []. With SERVICE_TOKENS_FILE it must say where other services run, because the network ' +
      'policy lets nobody else to the internal port.',

  ({ webhooks, files }) =>
    webhooks.length > 0 &&
    !files.includes('WEBHOOKS_FILE') &&
    'files lacks WEBHOOKS_FILE. With webhooks it must name it, because that file lists their URLs.',

  ({ webhooks, files }) =>
    files.includes('WEBHOOKS_FILE') &&
    webhooks.length === 0 &&
    'webhooks is []. With WEBHOOKS_FILE it must say where the receivers are, because the network policy ' +
      'lets the pods reach nobody else.',

  ({ files }) =>
    new Set(files).size < files.length &&
    `files is "${files.join(', ')}". It must name each variable only once.`,

  ({ mail, settings }) =>
    mail === undefined &&
    OF_MAIL.filter((name) => settings[name] !== undefined).map(
      (name) =>
        `settings.${name} is "${settings[name]}", but mail is missing. It must say where the relay is, ` +
        'because the service sends no mail without one.',
    ),

  ({ users }) =>
    users.in === 'postgres' &&
    users.ca?.secret !== undefined &&
    users.ca.secret === users.clientCertificate?.secret &&
    users.ca.key === users.clientCertificate.key &&
    'users.ca.key is the private key of users.clientCertificate. It must be the key of a certificate.',
];

/** The memory of the service without hashes in progress, with a reserve for its heap. In MiB. */
const BASE_MEMORY = 160;
/** The number of concurrent hashes: the default number of threads of libuv. */
const THREADS = 4;

export const SERVICE_SETTINGS_RULES: readonly SettingsRule[] = [
  // A port below 1024 needs a capability, and all are dropped. Port 0 would be a different port in every pod.
  ({ http: { port, internalPort } }) =>
    Object.entries({ PORT: port, INTERNAL_PORT: internalPort })
      .filter(([, number]) => number < 1024)
      .map(
        ([name, number]) =>
          `settings.${name} is "${number}". In Kubernetes it must be a number from 1024 to 65535.`,
      ),

  ({ http: { host } }) =>
    !['0.0.0.0', '::'].includes(host) &&
    `settings.HOST is "${host}". In Kubernetes it must be 0.0.0.0 or ::, because probes and clients come ` +
      'from outside the pod.',

  ({ argon2: { memoryKib } }, { resources: { memory, limits }, env }) => {
    const threads = Number(env['UV_THREADPOOL_SIZE'] ?? THREADS);
    const needed = BASE_MEMORY + Math.ceil((threads * memoryKib) / 1024);
    const given = limits?.memory ?? memory;
    return (
      toMebibytes(given) < needed &&
      `resources.memory is "${given}". With ARGON2_MEMORY_KIB ${memoryKib} it must be ${needed}Mi or more, ` +
        `because ${threads} hashes may run at the same time.`
    );
  },
];
