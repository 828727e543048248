import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1';
import { SERVICE } from '../kit/identity.ts';
import {
  called,
  type Container,
  containersOf,
  labelsOf,
  nameOf,
  namespaceOf,
  type Objects,
  ofKind,
  podOf,
  type Workload,
  workloads,
} from './objects.ts';
import { ofEachWorkload, type Policy, policy } from './policy.ts';
import { matches, selected } from './selectors.ts';

export const REFERENCES: readonly Policy[] = [
  policy('selectors match pods', (objects) => [
    ...workloads(objects).map(
      (one) =>
        !matches(one.spec?.selector, labelsOf(one)) &&
        `${called(one)}: the selector must match its own pods.`,
    ),
    ...ofKind(objects, 'Service').map(
      (one) =>
        selected(objects, namespaceOf(one), one.spec?.selector).length !== 1 &&
        `${called(one)}: the selector must match the pods of one workload.`,
    ),
    ...ofKind(objects, 'PodDisruptionBudget').map(
      (one) =>
        selected(objects, namespaceOf(one), one.spec?.selector?.matchLabels).length !== 1 &&
        `${called(one)}: the selector must match the pods of one workload.`,
    ),
  ]),

  policy('peers of network policies match pods', (objects) =>
    ofKind(objects, 'NetworkPolicy').flatMap((one) => {
      const peers = [
        { podSelector: one.spec?.podSelector ?? {} },
        ...(one.spec?.ingress ?? []).flatMap(({ from = [] }) => from),
        ...(one.spec?.egress ?? []).flatMap(({ to = [] }) => to),
      ];
      return peers.map(
        (peer) =>
          leadsNowhere(objects, namespaceOf(one), peer) &&
          `${called(one)}: no pod matches ${JSON.stringify(peer)}.`,
      );
    }),
  ),

  policy('ports name a port of the container', (objects) => [
    ...workloads(objects).flatMap((workload) =>
      containersOf(workload)
        .flatMap(strayProbes)
        .map((problem) => `${called(workload)}: ${problem}`),
    ),
    ...ofKind(objects, 'Service').flatMap((service) => {
      const pods = selected(objects, namespaceOf(service), service.spec?.selector).flatMap(containersOf);
      return (service.spec?.ports ?? []).map(
        ({ port, targetPort = port }) =>
          !pods.some((container) => listensOn(container, targetPort)) &&
          `${called(service)}: no container listens on ${targetPort}.`,
      );
    }),
    ...ofKind(objects, 'NetworkPolicy').flatMap((one) => {
      const pods = selected(objects, namespaceOf(one), one.spec?.podSelector?.matchLabels).flatMap(
        containersOf,
      );
      const ports = (one.spec?.ingress ?? []).flatMap((rule) => rule.ports ?? []);
      return ports.map(
        ({ port = 0 }) =>
          pods.length > 0 &&
          !pods.some((container) => listensOn(container, port)) &&
          `${called(one)}: no container listens on ${port}.`,
      );
    }),
  ]),

  policy('port numbers are valid', (objects) =>
    [...JSON.stringify(objects).matchAll(/"(?:port|containerPort|targetPort|hostPort|number)":(-?\d+)/g)].map(
      ([, port]) =>
        !(Number(port) >= 1 && Number(port) <= 65_535) && `${String(port)} is not a valid port number.`,
    ),
  ),

  ofEachWorkload(
    'referenced keys of ConfigMaps exist',
    (workload, objects, { environment: { env, pod, mail } }) => {
      const keyOf = (name: string | undefined, key: string) =>
        ofKind(objects, 'ConfigMap')
          .filter((one) => nameOf(one) === name && namespaceOf(one) === namespaceOf(workload))
          .some(({ data }) => data?.[key] !== undefined);
      const names = ofKind(objects, 'ConfigMap').map(nameOf);
      return [
        // Variables of the environment may refer to objects that are not among the manifests.
        ...variablesOf(workload).map(
          ({ name, valueFrom }) =>
            !(name in env) &&
            valueFrom?.configMapKeyRef &&
            !keyOf(valueFrom.configMapKeyRef.name, valueFrom.configMapKeyRef.key) &&
            `variable ${name}: the ConfigMap has no key ${valueFrom.configMapKeyRef.key}.`,
        ),
        // Volumes of the environment name their keys. Those of the manifests mount a whole ConfigMap, and the
        // one with templates is not among the manifests.
        ...(podOf(workload).volumes ?? []).map(
          ({ name, configMap }) =>
            configMap &&
            !pod.volumes?.some((added) => added.name === name) &&
            !configMap.items &&
            configMap.name !== mail?.templates &&
            !names.includes(configMap.name ?? '') &&
            `the ConfigMap ${configMap.name ?? ''} does not exist.`,
        ),
      ];
    },
  ),

  ofEachWorkload('mounted volumes exist', (workload) => {
    const claims = workload.kind === 'StatefulSet' ? (workload.spec?.volumeClaimTemplates ?? []) : [];
    const volumes = [...(podOf(workload).volumes ?? []), ...claims.flatMap(({ metadata }) => metadata ?? [])];
    return containersOf(workload).flatMap(({ volumeMounts = [] }) =>
      volumeMounts.map(
        (mount) =>
          !volumes.some(({ name }) => name === mount.name) && `the volume ${mount.name} does not exist.`,
      ),
    );
  }),

  ofEachWorkload('ServiceAccounts exist and have no token', (workload, objects, { environment }) => {
    const account = ofKind(objects, 'ServiceAccount').find(
      (one) =>
        nameOf(one) === podOf(workload).serviceAccountName && namespaceOf(one) === namespaceOf(workload),
    );
    const { pod, redis } = environment;
    const options = nameOf(workload) === SERVICE ? pod : redis.kind === 'here' ? redis.pod : {};
    if (options.serviceAccount?.create === false) return [];
    return [
      !account && `the ServiceAccount ${podOf(workload).serviceAccountName ?? ''} does not exist.`,
      account?.automountServiceAccountToken !== false &&
        'automountServiceAccountToken of its ServiceAccount must be false.',
    ];
  }),

  policy('the Service of a StatefulSet exists', (objects) =>
    ofKind(objects, 'StatefulSet').map(
      (workload) =>
        !ofKind(objects, 'Service').some(
          (one) => nameOf(one) === workload.spec?.serviceName && namespaceOf(one) === namespaceOf(workload),
        ) && `${called(workload)}: the Service ${workload.spec?.serviceName ?? ''} does not exist.`,
    ),
  ),
];

const variablesOf = (workload: Workload) => podOf(workload).containers[0]?.env ?? [];

const listensOn = ({ ports = [] }: Container, port: number | string): boolean =>
  ports.some(({ containerPort, name }) => containerPort === port || name === port);

const strayProbes = (container: Container): string[] =>
  [container.startupProbe, container.livenessProbe, container.readinessProbe]
    .flatMap((probe) => probe?.httpGet?.port ?? [])
    .filter((port) => !listensOn(container, port))
    .map((port) => `the container ${container.name} does not listen on the port ${port} of its probe.`);

/** False also for pods that are not among the manifests, because those are unknown. */
function leadsNowhere(
  objects: Objects,
  own: string,
  { namespaceSelector, podSelector }: INetworkPolicyPeer,
): boolean {
  const namespace = namespaceSelector?.matchLabels?.['kubernetes.io/metadata.name'] ?? own;
  const ours = objects.some((object) => namespaceOf(object) === namespace);
  const others = podSelector?.matchLabels?.['cnpg.io/cluster'];
  if (!ours || !podSelector || others !== undefined) return false;
  const jobs = ofKind(objects, 'CronJob')
    .filter((job) => namespaceOf(job) === namespace)
    .filter(({ spec }) => matches(podSelector, spec.jobTemplate.spec?.template.metadata?.labels ?? {}));
  return jobs.length === 0 && selected(objects, namespace, podSelector.matchLabels).length === 0;
}
