import type { Release } from '../environment/check-environment.ts';
import {
  called,
  type Container,
  containersOf,
  type Objects,
  podOf,
  type PodSpec,
  type Workload,
  workloads,
} from './objects.ts';

/** A rule for the manifests of an environment. Its name is the rule as a sentence. */
export interface Policy {
  readonly name: string;
  /** One sentence for each fault. It begins with the object. */
  problems(objects: Objects, release: Release): readonly string[];
}

type Findings = readonly (string | false | undefined)[];

export const policy = (name: string, problems: (objects: Objects, release: Release) => Findings): Policy => ({
  name,
  problems: (objects, release) => problems(objects, release).filter((problem) => typeof problem === 'string'),
});

export const ofEachWorkload = (
  name: string,
  problems: (workload: Workload, objects: Objects, release: Release) => Findings,
): Policy =>
  policy(name, (objects, release) =>
    workloads(objects).flatMap((workload) =>
      problems(workload, objects, release).map((problem) => problem && `${called(workload)}: ${problem}`),
    ),
  );

export const ofEachPod = (name: string, problems: (pod: PodSpec) => Findings): Policy =>
  ofEachWorkload(name, (workload) => problems(podOf(workload)));

export const ofEachContainer = (
  name: string,
  problems: (container: Container, pod: PodSpec, release: Release) => Findings,
): Policy =>
  ofEachWorkload(name, (workload, _, release) =>
    containersOf(workload).flatMap((container) =>
      problems(container, podOf(workload), release).map(
        (problem) => problem && `container ${container.name}: ${problem}`,
      ),
    ),
  );

/** Checks the first container of each pod. The others belong to the environment. */
export const ofEachMainContainer = (
  name: string,
  problems: (container: Container, pod: PodSpec) => Findings,
): Policy => ofEachPod(name, (pod) => pod.containers.slice(0, 1).flatMap((main) => problems(main, pod)));
