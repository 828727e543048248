import { type Chart, Duration, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-27';
import { SERVICE, SERVICE_IDENTITY } from '../../kit/identity.ts';
import { checksum } from '../../kit/checksum.ts';
import { CONTAINER_SECURITY, podSecurity, spread } from '../../kit/hardening.ts';
import { SERVICE_SELECTOR, serviceLabels } from '../../kit/labels.ts';
import { patch } from '../../kit/patch.ts';
import { toMebibytes } from '../../kit/quantities.ts';
import type { Release } from '../../environment/release.ts';
import { configData, environmentVariables } from './config.ts';
import { graceSeconds, probes } from './lifecycle.ts';
import { volumeMounts } from './volumes.ts';

/** Without a number of replicas, which is the autoscaler's. */
export function deploy(chart: Chart, release: Release): kplus.Deployment {
  const { environment, settings, wiring } = release;
  const deployment = new kplus.Deployment(chart, 'deployment', {
    metadata: { name: SERVICE },
    podMetadata: { labels: serviceLabels(environment.image), annotations: checksum(configData(wiring)) },
    dns: { options: RESOLVER },
    // The default selector is made from construct names, and a selector cannot be changed later.
    select: false,
    serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'account-name', SERVICE),
    terminationGracePeriod: Duration.seconds(graceSeconds(settings)),
    strategy: kplus.DeploymentStrategy.rollingUpdate({
      maxSurge: kplus.PercentOrAbsolute.percent(25),
      maxUnavailable: kplus.PercentOrAbsolute.absolute(0),
    }),
    containers: [
      {
        name: SERVICE,
        image: environment.image,
        imagePullPolicy: kplus.ImagePullPolicy.IF_NOT_PRESENT,
        envVariables: environmentVariables(chart, wiring),
        ports: [{ name: 'http', number: settings.http.port }],
        resources: resources(environment),
        volumeMounts: volumeMounts(chart, environment),
        ...probes(settings),
      },
    ],
  });
  deployment.select(kplus.LabelSelector.of({ labels: { ...SERVICE_SELECTOR } }));
  patch(deployment, patches(release));
  return deployment;
}

/**
 * A lost question is asked again after a second. glibc's five would be all the time that a connection to
 * Redis has, and in the first moments of a pod questions do get lost: where network policies are put in force
 * only after it has started. With two dots or more a name is looked up as it stands before it is tried in the
 * cluster's search domains.
 */
const RESOLVER: kplus.DnsOption[] = [
  { name: 'timeout', value: '1' },
  { name: 'attempts', value: '5' },
  { name: 'ndots', value: '2' },
];

/**
 * No CPU limit: it would stop a pod that hashes passwords in the middle of a request while the node idles.
 */
const resources = ({ resources: { cpu, memory } }: Release['environment']): kplus.ContainerResources => ({
  cpu: { request: kplus.Cpu.millis(cpu.endsWith('m') ? parseInt(cpu) : Number(cpu) * 1000) },
  memory: { request: Size.mebibytes(toMebibytes(memory)), limit: Size.mebibytes(toMebibytes(memory)) },
});

/** Logs alone are written to the node's disk, and /tmp. */
const EPHEMERAL_STORAGE = kplus.k8s.Quantity.fromString('128Mi');

const POD = '/spec/template/spec';
const CONTAINER = `${POD}/containers/0`;

const patches = ({ environment }: Release): Readonly<Record<string, unknown>> => ({
  [`${POD}/enableServiceLinks`]: false,
  [`${POD}/securityContext`]: podSecurity(SERVICE_IDENTITY),
  [`${POD}/topologySpreadConstraints`]: spread(SERVICE_SELECTOR),
  ...(environment.priorityClass && { [`${POD}/priorityClassName`]: environment.priorityClass }),
  [`${CONTAINER}/securityContext`]: CONTAINER_SECURITY,
  [`${CONTAINER}/resources/requests/ephemeral-storage`]: EPHEMERAL_STORAGE,
  [`${CONTAINER}/resources/limits/ephemeral-storage`]: EPHEMERAL_STORAGE,
});
