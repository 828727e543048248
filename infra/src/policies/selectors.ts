import { labelsOf, type Objects, type Workload, workloads } from './objects.ts';

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly unknown[];
}

type Labels = Readonly<Record<string, string>>;

/** Compares labels only. The manifests have no selectors with expressions, so those match nothing. */
export const matches = (selector: Selector | undefined, labels: Labels): boolean =>
  selector?.matchExpressions === undefined && matchesLabels(selector?.matchLabels, labels);

/** An empty selector matches nothing here, because to select everything is always a mistake. */
const matchesLabels = (wanted: Labels | undefined, labels: Labels): boolean =>
  Object.keys(wanted ?? {}).length > 0 &&
  Object.entries(wanted ?? {}).every(([key, value]) => labels[key] === value);

/** The workloads of a namespace with pods that match. */
export const selected = (
  objects: Objects,
  namespace: string,
  wanted: Labels | undefined,
): readonly Workload[] =>
  workloads(objects).filter(
    (workload) => workload.metadata?.namespace === namespace && matchesLabels(wanted, labelsOf(workload)),
  );
