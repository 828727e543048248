import type { IPrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import type { Queries } from './queries.ts';

type Groups = NonNullable<IPrometheusRule['spec']['groups']>;

interface Alert {
  readonly name: string;
  readonly when: string;
  /** How long it has to be so. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}

const alerts = (q: Queries): readonly Alert[] => [
  {
    name: 'UserManagementAbsent',
    when: `absent(${q.running})`,
    for: '5m',
    severity: 'critical',
    summary: 'No pod of user-management reports anything',
    description: 'Either no pod runs, or Prometheus cannot reach them (see scrapers in the environment).',
  },
  {
    name: 'UserManagementRedisDisconnected',
    when: `min(${q.redisConnected}) == 0`,
    for: '1m',
    severity: 'critical',
    summary: 'A pod of user-management has no Redis',
    description: 'It answers 503 to whatever needs a token, and recovers by itself when Redis answers again.',
  },
  {
    name: 'UserManagementErrorRateHigh',
    when: `${q.errorRate('5m')} > 0.01`,
    for: '5m',
    severity: 'critical',
    summary: '{{ $value | humanizePercentage }} of the requests to user-management fail',
    description:
      'Status 500 is a fault, with its cause in the log; 503 is a dependency or the hashing queue.',
  },
  {
    name: 'UserManagementLatencyHigh',
    when: `${q.latency(0.99, '5m')} > 0.25`,
    for: '10m',
    severity: 'warning',
    summary: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}',
    description:
      'Without logins and registrations. The dashboard shows whether Redis or the event loop is slow.',
  },
  {
    name: 'UserManagementLoginLatencyHigh',
    when: `${q.hashingLatency(0.95, '5m')} > 1`,
    for: '10m',
    severity: 'warning',
    summary: 'One login in twenty takes longer than {{ $value | humanizeDuration }}',
    description: 'Passwords wait for their turn: more CPU or more replicas are needed.',
  },
  {
    name: 'UserManagementHashingQueueFull',
    when: `${q.hashesRefused('5m')} > 0`,
    for: '2m',
    severity: 'warning',
    summary: '{{ $value | printf "%.2f" }} passwords a second are refused as overload',
    description:
      'More passwords arrive than can be hashed: an attack, or a need for more CPU or more replicas.',
  },
  {
    name: 'UserManagementCacheHitRateLow',
    // At night a few misses are most of the look-ups.
    when: `${q.hitRate('15m')} < 0.5 and ${q.lookups('15m')} > 1`,
    for: '30m',
    severity: 'warning',
    summary: 'Redis has only {{ $value | humanizePercentage }} of the users that are looked up',
    description:
      'REDIS_CACHE_TTL may be too short, Redis too small or just emptied (CACHE_WARM_USERS helps then).',
  },
];

export const alertGroups = (q: Queries): Groups => [
  {
    name: 'user-management',
    rules: alerts(q).map(({ name, when, for: duration, severity, summary, description }) => ({
      alert: name,
      expr: when,
      for: duration,
      labels: { severity },
      annotations: { summary, description },
    })),
  },
];
