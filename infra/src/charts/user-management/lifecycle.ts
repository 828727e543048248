import type { Settings } from '@user-management/settings';
import { Duration } from 'cdk8s';
import { Probe } from 'cdk8s-plus-27';

/** For what comes after the last request: closing connections, flushing the log. Seconds. */
const MARGIN = 5;

/** When SIGKILL comes: after the service has had all the time for draining that its settings give it. */
export const graceSeconds = ({ shutdown }: Settings): number =>
  Math.ceil((shutdown.delayMs + shutdown.timeoutMs) / 1000) + MARGIN;

/**
 * How long a pod may take to listen: ten replicas that start together wait for one to migrate the schema.
 * Seconds.
 */
const START_BUDGET = 120;

/**
 * Liveness asks whether the process turns at all, readiness whether it can serve. Startup asks the former as
 * well: were it readiness, a Redis that is lost while pods start would have all of them killed, again and
 * again, and nothing gained.
 */
export const probes = ({ http: { port } }: Settings) => ({
  startup: Probe.fromHttpGet('/livez', {
    port,
    periodSeconds: Duration.seconds(1),
    timeoutSeconds: Duration.seconds(1),
    failureThreshold: START_BUDGET,
  }),
  liveness: Probe.fromHttpGet('/livez', {
    port,
    periodSeconds: Duration.seconds(10),
    timeoutSeconds: Duration.seconds(5),
    failureThreshold: 3,
  }),
  readiness: Probe.fromHttpGet('/readyz', {
    port,
    periodSeconds: Duration.seconds(5),
    timeoutSeconds: Duration.seconds(2),
    failureThreshold: 2,
  }),
});
