import { isDeepStrictEqual } from 'node:util';
import { image } from '../environment/fields.ts';
import { SERVICE } from '../kit/identity.ts';
import { CHECKSUM, checksum } from '../kit/checksum.ts';
import { labelsOf, nameOf, type Objects, ofKind, podOf, templateOf, type Workload } from './objects.ts';
import { ofEachContainer, ofEachMainContainer, ofEachWorkload, type Policy } from './policy.ts';
import { matches } from './selectors.ts';
import { readServiceSettings } from './settings.ts';

export const LIFECYCLE: readonly Policy[] = [
  ofEachMainContainer('being alive and being ready are probed, and not in the same way', (container) => {
    const { startupProbe: startup, livenessProbe: liveness, readinessProbe: readiness } = container;
    const questions = [liveness, readiness].map((probe) => probe?.httpGet?.path ?? probe?.exec?.command);
    return [
      !startup && 'no startup probe',
      !liveness && 'no liveness probe',
      !readiness && 'no readiness probe',
      isDeepStrictEqual(questions[0], questions[1]) && 'liveness asks what readiness asks',
    ];
  }),

  ofEachWorkload('a pod is given longer to stop than it takes to drain', (workload, objects) => {
    const grace = podOf(workload).terminationGracePeriodSeconds ?? 30;
    const needed = drainSeconds(workload, objects);
    return [grace <= needed && `${grace} s are given, ${needed} s are needed`];
  }),

  ofEachWorkload('a question for a name that gets lost is asked again soon', (workload) => {
    if (workload.kind !== 'Deployment') return [];
    const { options = [] } = podOf(workload).dnsConfig ?? {};
    const timeout = options.find(({ name }) => name === 'timeout')?.value ?? '5';
    return [Number(timeout) > 1 && `it is asked again after ${timeout} s`];
  }),

  ofEachWorkload('pods carry the checksum of the ConfigMap that they read', (workload, objects) => {
    const expected = ofKind(objects, 'ConfigMap')
      .filter((config) => JSON.stringify(podOf(workload)).includes(`"name":"${nameOf(config)}"`))
      .map(({ data = {} }) => checksum(data)[CHECKSUM]);
    const found = templateOf(workload).metadata?.annotations?.[CHECKSUM];
    return [(found === undefined || !expected.includes(found)) && `${CHECKSUM} is ${found ?? 'missing'}`];
  }),

  ofEachWorkload(
    'replicas spread over zones and nodes, without insisting',
    (workload, _, { environment }) => {
      if (workload.kind !== 'Deployment') return [];
      const constraints = podOf(workload).topologySpreadConstraints ?? [];
      const stray = constraints.map(
        ({ topologyKey, labelSelector }) =>
          !matches(labelSelector, labelsOf(workload)) && `the spread over ${topologyKey} is over other pods`,
      );
      // Who writes constraints has decided how much they insist.
      if (environment.pod.topologySpread) return stray;
      return [
        ...stray,
        ...['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(
          (key) => !constraints.some(({ topologyKey }) => topologyKey === key) && `no spread over ${key}`,
        ),
        ...constraints.map(
          ({ topologyKey, whenUnsatisfiable }) =>
            whenUnsatisfiable !== 'ScheduleAnyway' &&
            `the spread over ${topologyKey} is ${whenUnsatisfiable}`,
        ),
        podOf(workload).affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution &&
          'its affinity insists',
      ];
    },
  ),

  ofEachContainer('images are pinned', ({ image: reference, imagePullPolicy }) => [
    !image.safeParse(reference).success && `${String(reference)} is not pinned`,
    imagePullPolicy !== 'IfNotPresent' && `imagePullPolicy is ${String(imagePullPolicy)}`,
  ]),
];

function drainSeconds(workload: Workload, objects: Objects): number {
  if (nameOf(workload) !== SERVICE) return 0;
  const { shutdown } = readServiceSettings(objects);
  return (shutdown.delayMs + shutdown.timeoutMs) / 1000;
}
