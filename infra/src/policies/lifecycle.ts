import { isDeepStrictEqual } from 'node:util';
import { image } from '../environment/fields.ts';
import { SERVICE } from '../kit/identity.ts';
import { CHECKSUM, checksum } from '../kit/checksum.ts';
import { labelsOf, nameOf, type Objects, ofKind, podOf, templateOf, type Workload } from './objects.ts';
import { ofEachContainer, ofEachMainContainer, ofEachWorkload, type Policy } from './policy.ts';
import { matches } from './selectors.ts';
import { readServiceSettings } from './settings.ts';

export const LIFECYCLE: readonly Policy[] = [
  ofEachMainContainer('containers have different probes for liveness and readiness', (container) => {
    const { startupProbe: startup, livenessProbe: liveness, readinessProbe: readiness } = container;
    const questions = [liveness, readiness].map((probe) => probe?.httpGet?.path ?? probe?.exec?.command);
    return [
      !startup && 'the startup probe is missing.',
      !liveness && 'the liveness probe is missing.',
      !readiness && 'the readiness probe is missing.',
      isDeepStrictEqual(questions[0], questions[1]) &&
        'the liveness probe must differ from the readiness probe.',
    ];
  }),

  ofEachWorkload('the grace period of a pod is longer than its drain', (workload, objects) => {
    const grace = podOf(workload).terminationGracePeriodSeconds ?? 30;
    const needed = drainSeconds(workload, objects);
    return [grace <= needed && `terminationGracePeriodSeconds is ${grace}. It must be above ${needed}.`];
  }),

  ofEachWorkload('a lost DNS query is repeated within a second', (workload) => {
    if (workload.kind !== 'Deployment') return [];
    const { options = [] } = podOf(workload).dnsConfig ?? {};
    const timeout = options.find(({ name }) => name === 'timeout')?.value ?? '5';
    return [Number(timeout) > 1 && `the timeout in dnsConfig is ${timeout} s. It must be 1 s.`];
  }),

  ofEachWorkload('pods have the checksum of their ConfigMap', (workload, objects) => {
    const expected = ofKind(objects, 'ConfigMap')
      .filter((config) => JSON.stringify(podOf(workload)).includes(`"name":"${nameOf(config)}"`))
      .map(({ data = {} }) => checksum(data)[CHECKSUM]);
    const found = templateOf(workload).metadata?.annotations?.[CHECKSUM];
    return [
      (found === undefined || !expected.includes(found)) &&
        `the annotation ${CHECKSUM} is ${found ?? 'missing'}. It must be ${expected.join(' or ')}.`,
    ];
  }),

  ofEachWorkload('replicas prefer different zones and nodes', (workload, _, { environment }) => {
    if (workload.kind !== 'Deployment') return [];
    const constraints = podOf(workload).topologySpreadConstraints ?? [];
    const stray = constraints.map(
      ({ topologyKey, labelSelector }) =>
        !matches(labelSelector, labelsOf(workload)) &&
        `the spread over ${topologyKey} must select the pods of this workload.`,
    );
    // An environment with its own constraints has made this decision itself.
    if (environment.pod.topologySpread) return stray;
    return [
      ...stray,
      ...['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map(
        (key) =>
          !constraints.some(({ topologyKey }) => topologyKey === key) && `the spread over ${key} is missing.`,
      ),
      ...constraints.map(
        ({ topologyKey, whenUnsatisfiable }) =>
          whenUnsatisfiable !== 'ScheduleAnyway' &&
          `the spread over ${topologyKey} is ${whenUnsatisfiable}. It must be ScheduleAnyway.`,
      ),
      podOf(workload).affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution &&
        'podAntiAffinity must not require different nodes.',
    ];
  }),

  ofEachContainer('images are pinned', ({ image: reference, imagePullPolicy }) => [
    !image.safeParse(reference).success &&
      `the image ${String(reference)} must have a whole version or a digest.`,
    imagePullPolicy !== 'IfNotPresent' &&
      `imagePullPolicy is ${String(imagePullPolicy)}. It must be IfNotPresent.`,
  ]),
];

function drainSeconds(workload: Workload, objects: Objects): number {
  if (nameOf(workload) !== SERVICE) return 0;
  const { shutdown } = readServiceSettings(objects);
  return (shutdown.delayMs + shutdown.timeoutMs) / 1000;
}
