import type { Settings } from '@user-management/settings';
import type { IContainer, IProbe } from 'kubernetes-models/v1';

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

type Probes = Pick<IContainer, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>;

/**
 * Liveness asks whether the process turns at all, readiness whether it can serve. Startup asks the former as
 * well: were it readiness, a Redis that is lost while pods start would have all of them killed, again and
 * again, and nothing gained.
 */
export const probes = ({ http: { port } }: Settings): Probes => {
  const asks = (path: string, timing: Omit<IProbe, 'httpGet'>): IProbe => ({
    httpGet: { path, port, scheme: 'HTTP' },
    ...timing,
  });
  return {
    startupProbe: asks('/livez', { periodSeconds: 1, timeoutSeconds: 1, failureThreshold: START_BUDGET }),
    livenessProbe: asks('/livez', { periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 }),
    readinessProbe: asks('/readyz', { periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 2 }),
  };
};
