import type { Construct } from 'constructs';
import { k8s } from 'cdk8s-plus-27';
import { type Labels, namespaceLabels } from '../kit/labels.ts';
import { LabelledChart } from './labelled-chart.ts';

export interface NamespacesProps {
  /** Names of the namespaces. */
  readonly names: readonly string[];
  /** Labels of every namespace. */
  readonly labels?: Labels | undefined;
  /** Annotations of every namespace. */
  readonly annotations?: Labels | undefined;
}

/** The strictest level of Pod Security. The API server refuses a pod that needs more. */
const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].flatMap((mode) => [
    [`pod-security.kubernetes.io/${mode}`, 'restricted'],
    [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
  ]),
) as Labels;

/**
 * A separate file that is applied first, because a dry run does not find namespaces that it would create
 * itself.
 */
export class Namespaces extends LabelledChart {
  constructor(scope: Construct, id: string, { names, labels, annotations }: NamespacesProps) {
    super(scope, id, { labels: { ...labels, ...namespaceLabels }, annotations });
    for (const name of names) {
      new k8s.KubeNamespace(this, name, { metadata: { name, labels: RESTRICTED }, spec: {} });
    }
  }
}
