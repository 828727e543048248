import type { Settings } from '@user-management/settings';
import type { IContainer, IProbe } from 'kubernetes-models/v1';

/** The time after the last request, for closing connections and flushing the log. In seconds. */
const MARGIN = 5;

/** The time until SIGKILL. It covers the whole drain that the settings allow. */
export const graceSeconds = ({ shutdown }: Settings): number =>
  Math.ceil((shutdown.delayMs + shutdown.timeoutMs) / 1000) + MARGIN;

/**
 * The time in which a pod must listen, in seconds. Replicas that start together wait for the one that
 * migrates the schema.
 */
const START_BUDGET = 120;

type Probes = Pick<IContainer, 'startupProbe' | 'livenessProbe' | 'readinessProbe'>;

/**
 * Liveness asks whether the process runs, and readiness whether it can serve. The startup probe also asks for
 * liveness. If it asked for readiness, a loss of Redis would kill every starting pod again and again.
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
