import { CONTAINER, deployment, elsewhere, inStandard, type Mistakes, POD, statefulSet } from './mistake.ts';

export const OBJECTS: Mistakes = {
  'objects match their schemas': [
    deployment('text where a number belongs', { '/spec/minReadySeconds': 'ten' }),
    deployment('a choice that does not exist', { [`${CONTAINER}/imagePullPolicy`]: 'Sometimes' }),
    deployment('no selector', { '/spec/selector': undefined }),
    deployment('an API that is no longer served', { '/apiVersion': 'apps/v1beta1' }),
    elsewhere('ExternalSecret/redis-secret')('a custom resource without what it needs', {
      '/spec/data/0/remoteRef': undefined,
    }),
  ],
  'objects have no unknown fields': [
    deployment('a misspelt field', { [`${POD}/terminationGracePeriod`]: 60 }),
    deployment('a field in the wrong place', { [`${CONTAINER}/seccompProfile`]: {} }),
  ],
  'objects have no empty lists': [
    inStandard('Service/user-management')('an empty list of external addresses', {
      '/spec/externalIPs': [],
    }),
  ],
  'names are valid in Kubernetes': [
    inStandard('Service/redis')('a capital in a name', { '/metadata/name': 'Redis' }),
    deployment('a long name of a port', { [`${CONTAINER}/ports/0/name`]: 'hypertext-transfer' }),
    deployment('a space in a variable', { [`${CONTAINER}/env/0/name`]: 'APP ENV' }),
  ],
  'objects have unique names': [
    inStandard('Service/user-management')('two budgets of one name', { '/kind': 'PodDisruptionBudget' }),
  ],
  'objects are in their namespaces': [
    deployment('no namespace', { '/metadata/namespace': undefined }),
    inStandard('Ingress/user-management')('another namespace', { '/metadata/namespace': 'default' }),
  ],
  'namespaces enforce Pod Security restricted': [
    inStandard('Namespace/saferoute')('a namespace that lets everything run', {
      '/metadata/labels/pod-security.kubernetes.io~1enforce': 'privileged',
    }),
  ],
  'objects and pods have the label app': [
    statefulSet('a Redis without the label', { '/spec/template/metadata/labels/app': undefined }),
    deployment('pods of another label', { '/spec/template/metadata/labels/app': 'users' }),
    inStandard('ConfigMap/user-management-config')('no label', { '/metadata/labels/app': undefined }),
  ],
  'objects and pods have the common labels': [
    deployment('pods without a label', {
      '/spec/template/metadata/labels/app.kubernetes.io~1component': undefined,
    }),
    statefulSet('a label that cannot be', { '/metadata/labels/app.kubernetes.io~1version': '7.2:bookworm' }),
  ],
};
