/**
 * PromQL over what docs/metrics.md lists, for alerts and for the dashboard. Per namespace, since one
 * Prometheus may see several clusters' worth.
 */
const METRIC = 'user_management_';

/** Answers of the API; probes and scrapes are no requests that anybody waits for. */
const API = 'route=~"/v1/.*"';
/** These hash a password, which takes a hundred times as long as everything else together. */
const HASHING = 'route=~"/v1/users/register|/v1/auth/login"';
const NOT_HASHING = HASHING.replace('=~', '!~');

const rate = (metric: string, labels: string, window: string): string =>
  `rate(${METRIC}${metric}${labels && `{${labels}}`}[${window}])`;

const sumRate = (metric: string, labels: string, window: string, by = ''): string =>
  `sum${by && ` by (${by})`} (${rate(metric, labels, window)})`;

const quantile = (of: number, metric: string, labels: string, window: string, by = ''): string =>
  `histogram_quantile(${of}, ${sumRate(`${metric}_bucket`, labels, window, ['le', by].filter(Boolean).join(', '))})`;

/** Of look-ups that Redis answered. */
export const hitRate = (window: string, by = ''): string =>
  `${sumRate('cache_lookups_total', 'kind!="token", outcome="hit"', window, by)} / ${lookups(window, by)}`;
export const lookups = (window: string, by = ''): string =>
  sumRate('cache_lookups_total', 'kind!="token", outcome!="error"', window, by);

export const redisConnected = `${METRIC}redis_connected`;
export const redisLatency = (window: string): string =>
  quantile(0.99, 'redis_command_duration_seconds', '', window, 'command');

export const errorRate = (window: string): string =>
  `${sumRate('http_requests_total', `${API}, status=~"5.."`, window)} / ${sumRate('http_requests_total', API, window)}`;
export const requests = (window: string): string => sumRate('http_requests_total', API, window, 'status');

export const latency = (of: number, window: string): string =>
  quantile(of, 'http_request_duration_seconds', `${API}, ${NOT_HASHING}`, window);
export const hashingLatency = (of: number, window: string): string =>
  quantile(of, 'http_request_duration_seconds', HASHING, window);
export const latencyByRoute = (window: string): string =>
  quantile(0.99, 'http_request_duration_seconds', API, window, 'route');

export const hashesRefused = (window: string): string => sumRate('password_hash_refusals_total', '', window);
export const hashesWaiting = `sum by (pod) (${METRIC}password_hash_queue_length)`;
export const hashTime = (of: number, window: string): string =>
  quantile(of, 'password_hash_duration_seconds', '', window);

export const outcomes = (what: 'registrations' | 'logins', window: string): string =>
  sumRate(`${what}_total`, '', window, 'outcome');

export const running = `sum by (version) (${METRIC}build_info)`;
export const eventLoopDelay = (window: string): string =>
  quantile(0.99, 'event_loop_delay_seconds', '', window, 'pod');
export const memory = `process_resident_memory_bytes * on (namespace, pod) group_left () ${METRIC}build_info`;
