import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { Alert } from './alert.ts';
import { budgetAlerts, type Objectives } from './objectives.ts';
import type { Queries } from './queries.ts';

type Groups = NonNullable<IPrometheusRule['spec']['groups']>;

const alerts = (q: Queries): readonly Alert[] => [
  {
    name: 'UserManagementAbsent',
    when: `absent(${q.running})`,
    for: '5m',
    severity: 'critical',
    summary: 'No pod of user-management reports anything',
    description: 'No pod runs, or Prometheus cannot reach them (see scrapers in the environment).',
  },
  {
    name: 'UserManagementRedisDisconnected',
    when: `min(${q.redisConnected}) == 0`,
    for: '1m',
    severity: 'critical',
    summary: 'A pod of user-management has no Redis',
    description: 'It answers 503 to requests that need a token, and recovers when Redis answers again.',
  },
  {
    name: 'UserManagementRedisReadOnly',
    // A lost Redis is not writable either, but it has its own alert.
    when: `min(${q.redisWritable}) == 0 and min(${q.redisConnected}) == 1`,
    for: '1m',
    severity: 'critical',
    summary: 'Redis can be read, but refuses writes',
    description: 'Sessions go on. Logins, registrations and changes get 503 until Redis takes writes again.',
  },
  {
    name: 'UserManagementRedisMemoryHigh',
    when: `max(${q.redisMemoryRatio}) > 0.8`,
    for: '10m',
    severity: 'warning',
    summary: 'Redis uses {{ $value | humanizePercentage }} of its memory',
    description: 'A full Redis refuses writes, or evicts entries. Give it more memory before that.',
  },
  ...storageAlert(q),
  {
    name: 'UserManagementRedisPersistenceFailing',
    when: `min(${q.redisPersistenceOk}) == 0`,
    for: '5m',
    severity: 'critical',
    summary: 'Redis cannot write its data to the disk',
    description: 'A restart would lose what the last write of the AOF or the last snapshot lacks.',
  },
  {
    name: 'UserManagementOutboxStuck',
    when: `max(${q.outboxOldest}) > 300`,
    for: '5m',
    severity: 'warning',
    summary: 'A mail has waited for {{ $value | humanizeDuration }}',
    description:
      'The relay takes no mails, or refuses some. Codes for resets and registrations do not arrive.',
  },
  {
    name: 'UserManagementMailsFailed',
    when: `${q.mailsFailed('1h')} > 0`,
    for: '1m',
    severity: 'warning',
    summary: 'The service gave up {{ $value | humanize }} mails within an hour',
    description: 'Their codes had expired, or the relay had not taken them for a day.',
  },
  {
    name: 'UserManagementFileRefused',
    when: `max by (variable) (${q.fileRefused}) > 0`,
    for: '2m',
    severity: 'warning',
    summary: 'The service refuses the file of {{ $labels.variable }}',
    description: 'It has a fault, so the content before stays in force, and a new pod would not start.',
  },
  {
    name: 'UserManagementWebhooksStuck',
    when: `${q.webhooksOldest} > 900`,
    for: '5m',
    severity: 'warning',
    summary: 'An event has waited for {{ $labels.endpoint }} for {{ $value | humanizeDuration }}',
    description: 'The endpoint does not answer, or refuses webhooks. The service tries again for a day.',
  },
  {
    name: 'UserManagementWebhooksSetAside',
    when: `${q.webhooksSetAside('1h')} > 0`,
    for: '1m',
    severity: 'warning',
    summary: 'The service set {{ $value | humanize }} webhooks for {{ $labels.endpoint }} aside',
    description:
      'The endpoint had not taken them for a day, or said that it is gone. It misses these events.',
  },
  {
    name: 'UserManagementClientsRefused',
    when: `${q.addressesRefused('15m')} > 0.1 and ${q.countedTraffic('15m')} > 1`,
    for: '15m',
    severity: 'warning',
    summary: 'The limit per client address refuses {{ $value | humanizePercentage }} of its requests',
    description: 'Somebody attacks, or RATE_LIMIT_ADDRESS is too low for people who share an address.',
  },
  {
    name: 'UserManagementClientsLookAlike',
    when: `${q.clientAddresses} > 0 <= 3 and ${q.allowedTraffic('15m')} > 1`,
    for: '15m',
    severity: 'warning',
    summary: 'Every request seems to come from one of {{ $value }} client addresses',
    description: 'A proxy that TRUSTED_PROXIES does not name hides the clients, so they share one limit.',
  },
  {
    name: 'UserManagementAccountsUnderAttack',
    when: `${q.accountsUnderAttack} > 10`,
    for: '10m',
    severity: 'warning',
    summary: 'Somebody guesses the passwords of {{ $value }} accounts',
    description: 'Their logins from new devices wait. Known devices get in, and so does a password reset.',
  },
  {
    name: 'UserManagementLoginLatencyHigh',
    when: `${q.hashingLatency(0.95, '5m')} > 1 and ${q.hashingTraffic('5m')} > 0.1`,
    for: '10m',
    severity: 'warning',
    summary: 'One login in twenty takes longer than {{ $value | humanizeDuration }}',
    description: 'Passwords wait for their turn: the service needs more CPU or more replicas.',
  },
  {
    name: 'UserManagementHashingQueueFull',
    when: `${q.hashesRefused('5m')} > 0`,
    for: '2m',
    severity: 'warning',
    summary: 'The service refuses {{ $value | printf "%.2f" }} passwords a second',
    description:
      'More passwords arrive than can be hashed: an attack, or a need for more CPU or more replicas.',
  },
  {
    name: 'UserManagementCacheHitRateLow',
    // With little traffic at night, a few misses are most of the lookups.
    when: `${q.hitRate('15m')} < 0.5 and ${q.lookups('15m')} > 1`,
    for: '30m',
    severity: 'warning',
    summary: 'Redis has only {{ $value | humanizePercentage }} of the users that are looked up',
    description:
      'REDIS_CACHE_TTL may be too short, Redis too small or just emptied (CACHE_WARM_USERS helps then).',
  },
];

const storageAlert = ({ redisStorageRatio }: Queries): readonly Alert[] =>
  redisStorageRatio === undefined
    ? []
    : [
        {
          name: 'UserManagementRedisStorageHigh',
          when: `${redisStorageRatio} > 0.8`,
          for: '10m',
          severity: 'warning',
          summary: 'Redis uses {{ $value | humanizePercentage }} of its volume',
          description: 'With a full volume Redis refuses writes. Enlarge the claim before that.',
        },
      ];

/** @param runbooks the URL of docs/runbooks, without a slash at its end */
export const alertGroups = (q: Queries, objectives: Objectives, runbooks: string): Groups => [
  { name: 'user-management', rules: alerts(q).map((alert) => toRule(alert, runbooks)) },
  {
    name: 'user-management-objectives',
    rules: budgetAlerts(q, objectives).map((alert) => toRule(alert, runbooks)),
  },
];

const toRule = ({ name, when, for: duration, severity, summary, description }: Alert, runbooks: string) => ({
  alert: name,
  expr: when,
  for: duration,
  labels: { severity },
  annotations: { summary, description, runbook_url: `${runbooks}/${name}.md` },
});
