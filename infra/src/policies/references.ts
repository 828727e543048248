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
  policy('selectors find their pods', (objects) => [
    ...workloads(objects).map(
      (one) => !matches(one.spec?.selector, labelsOf(one)) && `${called(one)} does not select its own pods`,
    ),
    ...ofKind(objects, 'Service').map(
      (one) =>
        selected(objects, namespaceOf(one), one.spec?.selector).length !== 1 &&
        `${called(one)} selects no pods`,
    ),
    ...ofKind(objects, 'PodDisruptionBudget').map(
      ({ spec, ...one }) =>
        selected(objects, one.metadata?.namespace ?? '', spec?.selector?.matchLabels).length !== 1 &&
        `${one.kind} ${one.metadata?.name ?? ''} finds none`,
    ),
  ]),

  policy('network policies point to pods that are there', (objects) =>
    ofKind(objects, 'NetworkPolicy').flatMap((one) => {
      const peers = [
        { podSelector: one.spec?.podSelector ?? {} },
        ...(one.spec?.ingress ?? []).flatMap(({ from = [] }) => from),
        ...(one.spec?.egress ?? []).flatMap(({ to = [] }) => to),
      ];
      return peers.map(
        (peer) =>
          leadsNowhere(objects, namespaceOf(one), peer) &&
          `${called(one)}: no pod matches ${JSON.stringify(peer)}`,
      );
    }),
  ),

  policy('ports lead to a port of the container', (objects) => [
    ...workloads(objects).flatMap((workload) => containersOf(workload).flatMap(strayProbes)),
    ...ofKind(objects, 'Service').flatMap((service) => {
      const pods = selected(objects, namespaceOf(service), service.spec?.selector).flatMap(containersOf);
      return (service.spec?.ports ?? []).map(
        ({ port, targetPort = port }) =>
          !pods.some((container) => listensOn(container, targetPort)) &&
          `${called(service)}: no container listens on ${targetPort}`,
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
          `${called(one)}: no container listens on ${port}`,
      );
    }),
  ]),

  policy('ports are numbers that ports can have', (objects) =>
    [...JSON.stringify(objects).matchAll(/"(?:port|containerPort|targetPort|hostPort|number)":(-?\d+)/g)].map(
      ([, port]) => !(Number(port) >= 1 && Number(port) <= 65_535) && `${String(port)} is not a port`,
    ),
  ),

  ofEachWorkload('keys of ConfigMaps are there', (workload, objects, { environment: { env, pod } }) => {
    const keyOf = (name: string | undefined, key: string) =>
      ofKind(objects, 'ConfigMap')
        .filter((one) => nameOf(one) === name && namespaceOf(one) === namespaceOf(workload))
        .some(({ data }) => data?.[key] !== undefined);
    const names = ofKind(objects, 'ConfigMap').map(nameOf);
    return [
      // What an environment adds may refer to objects that are not made here.
      ...variablesOf(workload).map(
        ({ name, valueFrom }) =>
          !(name in env) &&
          valueFrom?.configMapKeyRef &&
          !keyOf(valueFrom.configMapKeyRef.name, valueFrom.configMapKeyRef.key) &&
          `${name}: the ConfigMap has no key ${valueFrom.configMapKeyRef.key}`,
      ),
      // What a person brings along is mounted by key; what is made here is mounted as a whole.
      ...(podOf(workload).volumes ?? []).map(
        ({ name, configMap }) =>
          configMap &&
          !pod.volumes?.some((added) => added.name === name) &&
          !configMap.items &&
          !names.includes(configMap.name ?? '') &&
          `${configMap.name ?? ''} does not exist`,
      ),
    ];
  }),

  ofEachWorkload('mounted volumes are there', (workload) => {
    const claims = workload.kind === 'StatefulSet' ? (workload.spec?.volumeClaimTemplates ?? []) : [];
    const volumes = [...(podOf(workload).volumes ?? []), ...claims.flatMap(({ metadata }) => metadata ?? [])];
    return containersOf(workload).flatMap(({ volumeMounts = [] }) =>
      volumeMounts.map(
        (mount) => !volumes.some(({ name }) => name === mount.name) && `volume ${mount.name} does not exist`,
      ),
    );
  }),

  ofEachWorkload('accounts are there, and have no token either', (workload, objects, { environment }) => {
    const account = ofKind(objects, 'ServiceAccount').find(
      (one) =>
        nameOf(one) === podOf(workload).serviceAccountName && namespaceOf(one) === namespaceOf(workload),
    );
    const { pod, redis } = environment;
    const options = nameOf(workload) === SERVICE ? pod : redis.kind === 'here' ? redis.pod : {};
    if (options.serviceAccount?.create === false) return [];
    return [
      !account && `account ${podOf(workload).serviceAccountName ?? ''} does not exist`,
      account?.automountServiceAccountToken !== false && 'its account has a token',
    ];
  }),

  policy('a StatefulSet has its Service', (objects) =>
    ofKind(objects, 'StatefulSet').map(
      ({ spec, metadata }) =>
        !ofKind(objects, 'Service').some(
          (one) => nameOf(one) === spec?.serviceName && namespaceOf(one) === metadata?.namespace,
        ) && `Service ${spec?.serviceName ?? ''} does not exist`,
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
    .map((port) => `container ${container.name} is probed on ${port}, where it does not listen`);

/** False also for pods of others, about which nothing can be said. */
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
