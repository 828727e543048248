import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IContainer, ITopologySpreadConstraint } from 'kubernetes-models/v1';
import type { Release } from '../../environment/check-environment.ts';
import type { Environment } from '../../environment/schema.ts';
import { checksum } from '../../kit/checksum.ts';
import { CONTAINER_SECURITY, podSecurityContext, spread } from '../../kit/hardening.ts';
import { SERVICE, SERVICE_IDENTITY, SERVICE_PORT } from '../../kit/identity.ts';
import { SERVICE_SELECTOR, serviceLabels } from '../../kit/labels.ts';
import { podTemplate } from '../pod.ts';
import { configData, environmentVariables, volumeMounts, volumes } from './config.ts';
import { graceSeconds, probes } from './lifecycle.ts';

export const deployment = (release: Release): IDeployment & { metadata: { name: string } } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: SERVICE },
  spec: {
    // Where it scales, the number is the autoscaler's: one that is stated would undo the scaling at each
    // deployment.
    ...(typeof release.environment.replicas === 'number' && { replicas: release.environment.replicas }),
    minReadySeconds: 0,
    progressDeadlineSeconds: 600,
    selector: { matchLabels: { ...SERVICE_SELECTOR } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
    template: template(release),
  },
});

function template(release: Release) {
  const { environment, settings, wiring } = release;
  const { image, labels, annotations, pod, podSecurity } = environment;
  return podTemplate(
    {
      labels: { ...labels, ...serviceLabels('service', image) },
      annotations: { ...annotations, ...checksum(configData(wiring)) },
      main: container(release),
      spec: {
        dnsConfig: { options: RESOLVER },
        dnsPolicy: 'ClusterFirst',
        restartPolicy: 'Always',
        securityContext: podSecurityContext(podSecurity, SERVICE_IDENTITY),
        serviceAccountName: pod.serviceAccount?.name ?? SERVICE,
        terminationGracePeriodSeconds: graceSeconds(settings),
        topologySpreadConstraints: constraints(pod.topologySpread),
        volumes: volumes(environment, wiring),
      },
    },
    pod,
  );
}

const container = ({ environment, settings, wiring }: Release): IContainer => ({
  name: SERVICE,
  image: environment.image,
  imagePullPolicy: 'IfNotPresent',
  env: environmentVariables(environment, wiring),
  ports: [{ name: SERVICE_PORT.name, containerPort: settings.http.port }],
  resources: resources(environment),
  securityContext: CONTAINER_SECURITY,
  volumeMounts: volumeMounts(environment, wiring),
  ...probes(settings),
});

/**
 * A lost question is asked again after a second. glibc's five would be all the time that a connection to
 * Redis has, and in the first moments of a pod questions do get lost: where network policies are put in force
 * only after it has started. With two dots or more a name is looked up as it stands before it is tried in the
 * cluster's search domains.
 */
const RESOLVER = [
  { name: 'timeout', value: '1' },
  { name: 'attempts', value: '5' },
  { name: 'ndots', value: '2' },
];

/** Logs alone are written to the node's disk, and /tmp. */
const EPHEMERAL_STORAGE = { 'ephemeral-storage': '128Mi' };

const resources = ({ resources: { cpu, memory, limits } }: Environment) => ({
  requests: { cpu, memory, ...EPHEMERAL_STORAGE },
  limits: { ...(limits?.cpu && { cpu: limits.cpu }), memory: limits?.memory ?? memory, ...EPHEMERAL_STORAGE },
});

const constraints = (given: readonly ITopologySpreadConstraint[] | undefined): ITopologySpreadConstraint[] =>
  given?.map((one) => ({ labelSelector: { matchLabels: { ...SERVICE_SELECTOR } }, ...one })) ??
  spread({ ...SERVICE_SELECTOR });
