import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Labels } from '../kit/labels.ts';

interface Options {
  readonly namespace?: string;
  /** Labels of every object. */
  readonly labels: Labels;
  /** Annotations of every object, also of objects that are added later. The annotation of an object wins. */
  readonly annotations?: Labels | undefined;
}

/** A chart that does not change the names of its objects. */
export class LabelledChart extends Chart {
  readonly #annotations: Labels;

  constructor(scope: Construct, id: string, { namespace, labels, annotations = {} }: Options) {
    super(scope, id, {
      labels,
      disableResourceNameHashes: true,
      ...(namespace !== undefined && { namespace }),
    });
    this.#annotations = annotations;
  }

  override toJson(): unknown[] {
    for (const { metadata } of this.node.findAll().filter((one) => one instanceof ApiObject)) {
      const own = (metadata.toJson() as { annotations?: Labels }).annotations;
      for (const [name, value] of Object.entries({ ...this.#annotations, ...own })) {
        metadata.addAnnotation(name, value);
      }
    }
    return super.toJson() as unknown[];
  }
}
