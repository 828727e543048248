/** The labels of the series, because one Prometheus may scrape several environments and clusters. */
interface Series {
  readonly namespace: string;
  readonly job: string;
  /** The volume of Redis, where that is one of these manifests. */
  readonly volume?: { readonly namespace: string; readonly claim: string } | undefined;
}

export type Queries = ReturnType<typeof queries>;

const METRIC = 'user_management_';

/** The routes of the API. Probes and scrapes are not requests of clients. */
const API = 'route=~"/v1/.*"';
/** These routes hash a password, which takes a hundred times as long as all other work. */
const HASHING =
  'route=~"/v1/users/register|/v1/auth/login|/v1/auth/password-reset/confirm|' +
  '/v1/users/[^/]+/(password|email)"';
const NOT_HASHING = HASHING.replace('=~', '!~');

/** These routes count the requests of each client address. So does a deletion, whose route also has reads. */
const COUNTED =
  'route=~"/v1/users/register(/confirm)?|/v1/auth/.*|/v1/users/[^/]+/(password|email)", ' +
  'route!="/v1/auth/logout"';

/** PromQL queries over the metrics of docs/metrics.md, for the alerts and the dashboard. */
export function queries({ namespace, job, volume }: Series) {
  const ours = `namespace="${namespace}", job="${job}"`;
  const select = (metric: string, labels = ''): string => `${metric}{${ours}${labels && `, ${labels}`}}`;
  const rate = (metric: string, labels: string, window: string): string =>
    `rate(${select(METRIC + metric, labels)}[${window}])`;
  const sumRate = (metric: string, labels: string, window: string, by = ''): string =>
    `sum${by && ` by (${by})`} (${rate(metric, labels, window)})`;
  const quantile = (of: number, metric: string, labels: string, window: string, by = ''): string =>
    `histogram_quantile(${of}, ` +
    `${sumRate(`${metric}_bucket`, labels, window, ['le', by].filter(Boolean).join(', '))})`;

  const lookups = (window: string, by = ''): string =>
    sumRate('cache_lookups_total', 'kind!="token", outcome!="error"', window, by);
  const buildInfo = select(`${METRIC}build_info`);

  return {
    lookups,
    /** The share of hits in the lookups that Redis answered. */
    hitRate: (window: string, by = ''): string =>
      `${sumRate('cache_lookups_total', 'kind!="token", outcome="hit"', window, by)} / ` +
      lookups(window, by),

    outboxOldest: select(`${METRIC}outbox_oldest_seconds`),
    mailsFailed: (window: string): string =>
      `sum (increase(${select(`${METRIC}mails_total`, 'outcome="failed"')}[${window}]))`,

    fileRefused: select(`${METRIC}file_refused`),

    /** Every pod counts what waits for all of them. */
    webhooksOldest: `max by (endpoint) (${select(`${METRIC}webhooks_oldest_seconds`)})`,
    webhooksWaiting: `max by (endpoint) (${select(`${METRIC}webhooks_waiting`)})`,
    webhooks: (window: string): string => sumRate('webhooks_total', '', window, 'endpoint, outcome'),
    webhooksSetAside: (window: string): string =>
      `sum by (endpoint) (increase(${select(`${METRIC}webhooks_total`, 'outcome="set-aside"')}[${window}]))`,

    limited: (window: string): string => sumRate('rate_limited_total', '', window, 'limit'),
    /** The share of requests that the limit per client address refuses. */
    addressesRefused: (window: string): string =>
      `${sumRate('rate_limited_total', 'limit="address"', window)} / ` +
      sumRate('http_requests_total', COUNTED, window),
    countedTraffic: (window: string): string => sumRate('http_requests_total', COUNTED, window),
    /** An attacker alone has one address, and is refused. */
    allowedTraffic: (window: string): string =>
      sumRate('http_requests_total', `${COUNTED}, status!="429"`, window),
    /** Each pod sees a part of the requests, so the largest count is nearest to the truth. */
    accountsUnderAttack: `max (${select(`${METRIC}accounts_under_attack`)})`,
    clientAddresses: `max (${select(`${METRIC}client_addresses`)})`,
    knownDevices: (window: string): string =>
      `${sumRate('logged_in_devices_total', 'device="known"', window)} / ` +
      sumRate('logged_in_devices_total', '', window),

    redisConnected: select(`${METRIC}redis_connected`),
    redisWritable: select(`${METRIC}redis_writable`),
    redisMemoryRatio: select(`${METRIC}redis_memory_ratio`),
    redisPersistenceOk: select(`${METRIC}redis_persistence_ok`),
    /** As the kubelet sees the disk; none where the disk of Redis is somebody else's. */
    redisStorageRatio: volume && storageRatio(volume),
    redisLatency: (window: string): string =>
      quantile(0.99, 'redis_command_duration_seconds', '', window, 'command'),

    errorRate: (window: string): string =>
      `${sumRate('http_requests_total', `${API}, status=~"5.."`, window)} / ` +
      sumRate('http_requests_total', API, window),
    /** The requests per second that count for an objective. */
    traffic: (window: string): string => sumRate('http_requests_total', API, window),
    /** The share of slow requests without a password. @param seconds a bound of the histogram's buckets */
    slowRate: (seconds: number, window: string): string => {
      const labels = `${API}, ${NOT_HASHING}`;
      const fast = sumRate('http_request_duration_seconds_bucket', `${labels}, le="${seconds}"`, window);
      return `1 - ${fast} / ${sumRate('http_request_duration_seconds_count', labels, window)}`;
    },
    requests: (window: string): string => sumRate('http_requests_total', API, window, 'status'),

    latency: (of: number, window: string): string =>
      quantile(of, 'http_request_duration_seconds', `${API}, ${NOT_HASHING}`, window),
    hashingLatency: (of: number, window: string): string =>
      quantile(of, 'http_request_duration_seconds', HASHING, window),
    hashingTraffic: (window: string): string => sumRate('http_requests_total', HASHING, window),
    latencyByRoute: (window: string): string =>
      quantile(0.99, 'http_request_duration_seconds', API, window, 'route'),

    hashesRefused: (window: string): string => sumRate('password_hash_refusals_total', '', window),
    hashesWaiting: `sum by (pod) (${select(`${METRIC}password_hash_queue_length`)})`,
    hashTime: (of: number, window: string): string =>
      quantile(of, 'password_hash_duration_seconds', '', window),

    outcomes: (what: 'registrations' | 'logins' | 'refreshes', window: string): string =>
      sumRate(`${what}_total`, '', window, 'outcome'),

    running: `sum by (version) (${buildInfo})`,
    eventLoopDelay: (window: string): string => quantile(0.99, 'event_loop_delay_seconds', '', window, 'pod'),
    memory: `${select('process_resident_memory_bytes')} * on (namespace, pod) group_left () ${buildInfo}`,
  };
}

function storageRatio({ namespace, claim }: NonNullable<Series['volume']>): string {
  const [used, capacity] = ['used', 'capacity'].map(
    (what) =>
      `max(kubelet_volume_stats_${what}_bytes{namespace="${namespace}", persistentvolumeclaim="${claim}"})`,
  );
  return `${used} / ${capacity}`;
}
