import { Yaml } from 'cdk8s';
import { MADE } from '../synthesize.ts';
import { inOrder } from './manifests.ts';

/** The name and the text of the file that Kustomize, Argo CD and Flux need in a folder of manifests. */
export const kustomization = (names: readonly string[]): readonly [string, string] => [
  'kustomization.yaml',
  `${MADE}.\n` +
    Yaml.stringify({
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: inOrder(names),
    }),
];
