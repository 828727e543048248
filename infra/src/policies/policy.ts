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

/** Something that all manifests of an environment have to be, under a name that says what. */
export interface Policy {
  readonly name: string;
  /** A sentence for each thing that is not so. */
  problems(objects: Objects): readonly string[];
}

type Findings = readonly (string | false | undefined)[];

export const policy = (name: string, problems: (objects: Objects) => Findings): Policy => ({
  name,
  problems: (objects) => problems(objects).filter((problem) => typeof problem === 'string'),
});

export const ofEachWorkload = (
  name: string,
  problems: (workload: Workload, objects: Objects) => Findings,
): Policy =>
  policy(name, (objects) =>
    workloads(objects).flatMap((workload) =>
      problems(workload, objects).map((problem) => problem && `${called(workload)}: ${problem}`),
    ),
  );

export const ofEachPod = (name: string, problems: (pod: PodSpec) => Findings): Policy =>
  ofEachWorkload(name, (workload) => problems(podOf(workload)));

export const ofEachContainer = (
  name: string,
  problems: (container: Container, pod: PodSpec) => Findings,
): Policy =>
  ofEachWorkload(name, (workload) =>
    containersOf(workload).flatMap((container) => problems(container, podOf(workload))),
  );
