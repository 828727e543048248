import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IContainer, ITopologySpreadConstraint } from 'kubernetes-models/v1';
import type { Release } from '../../environment/check-environment.ts';
import type { Environment } from '../../environment/schema.ts';
import { checksum } from '../../kit/checksum.ts';
import { CONTAINER_SECURITY, podSecurityContext, spread } from '../../kit/hardening.ts';
import { INTERNAL_PORT, SERVICE, SERVICE_IDENTITY, SERVICE_PORT } from '../../kit/identity.ts';
import { SERVICE_SELECTOR, serviceLabels } from '../../kit/labels.ts';
import { podTemplate } from '../pod.ts';
import { configData, environmentVariables, volumeMounts, volumes } from './config.ts';
import { graceSeconds, probes } from './lifecycle.ts';

export const deployment = (release: Release): IDeployment & { metadata: { name: string } } => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: SERVICE },
  spec: {
    // With an autoscaler the number is not stated, because each deployment would undo the scaling.
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
  ports: [
    { name: SERVICE_PORT.name, containerPort: settings.http.port },
    { name: INTERNAL_PORT.name, containerPort: settings.http.internalPort },
  ],
  resources: resources(environment),
  securityContext: CONTAINER_SECURITY,
  volumeMounts: volumeMounts(environment, wiring),
  ...probes(settings),
});

/**
 * A lost DNS query is repeated after one second. The default of glibc is five seconds, as long as the connect
 * timeout of Redis. Queries do get lost when a network policy takes effect only after the start of a pod. A
 * name with two dots or more is looked up unchanged before the search domains of the cluster are tried.
 */
const RESOLVER = [
  { name: 'timeout', value: '1' },
  { name: 'attempts', value: '5' },
  { name: 'ndots', value: '2' },
];

/** Only logs and /tmp use the disk of the node. */
const EPHEMERAL_STORAGE = { 'ephemeral-storage': '128Mi' };

const resources = ({ resources: { cpu, memory, limits } }: Environment) => ({
  requests: { cpu, memory, ...EPHEMERAL_STORAGE },
  limits: { ...(limits?.cpu && { cpu: limits.cpu }), memory: limits?.memory ?? memory, ...EPHEMERAL_STORAGE },
});

const constraints = (given: readonly ITopologySpreadConstraint[] | undefined): ITopologySpreadConstraint[] =>
  given?.map((one) => ({ labelSelector: { matchLabels: { ...SERVICE_SELECTOR } }, ...one })) ??
  spread({ ...SERVICE_SELECTOR });
