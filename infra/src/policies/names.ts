import { REDIS, SERVICE } from '../kit/identity.ts';
import type { Labels } from '../kit/labels.ts';
import {
  called,
  containersOf,
  labelsOf,
  nameOf,
  namespaceOf,
  ofKind,
  templateOf,
  workloads,
} from './objects.ts';
import { type Policy, policy } from './policy.ts';

export const NAMES: readonly Policy[] = [
  policy('names are ones that Kubernetes accepts', (objects) => [
    ...objects.map((object) => {
      const pattern = STRICT_KINDS.includes(object.kind) ? LABEL : SUBDOMAIN;
      return !pattern.test(nameOf(object)) && `${called(object)}: the API server refuses the name`;
    }),
    ...workloads(objects).flatMap((workload) =>
      containersOf(workload).flatMap(({ name, ports = [], env = [] }) => [
        !LABEL.test(name) && `the API server refuses the name of container ${name}`,
        ...ports.map(
          (port) =>
            !PORT_NAME.test(port.name ?? '') && `the API server refuses the name of port ${port.name ?? ''}`,
        ),
        ...env.map(
          (variable) =>
            !VARIABLE.test(variable.name) && `the API server refuses the name of variable ${variable.name}`,
        ),
      ]),
    ),
    ...ofKind(objects, 'ConfigMap').flatMap(({ data = {} }) =>
      Object.keys(data).map((key) => !/^[-\w.]{1,253}$/.test(key) && `the API server refuses the key ${key}`),
    ),
  ]),

  policy('no two objects have the same name', (objects) => {
    const names = objects.map((object) => `${called(object)} in ${namespaceOf(object)}`);
    return names.map((name, index) => names.indexOf(name) !== index && `${name} exists twice`);
  }),

  policy('every object is in its namespace', (objects, { environment: { namespaces } }) =>
    objects.map((object) => {
      const expected = object.kind === 'Namespace' ? [''] : [namespaces.service, namespaces.data];
      return (
        !expected.includes(namespaceOf(object)) && `${called(object)} is in ${namespaceOf(object) || 'none'}`
      );
    }),
  ),

  policy('namespaces enforce Pod Security restricted', (objects) =>
    ofKind(objects, 'Namespace').map(
      (one) =>
        one.metadata?.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted' &&
        `${called(one)} does not enforce it`,
    ),
  ),

  policy('everything carries the common labels', (objects) => [
    ...objects.flatMap((object) =>
      missing(object.kind === 'Namespace' ? SHARED : [...SHARED, ...COMMON], object.metadata?.labels).map(
        (label) => `${called(object)} has no ${label}`,
      ),
    ),
    ...workloads(objects).flatMap((workload) =>
      missing([...SHARED, ...COMMON, VERSION], templateOf(workload).metadata?.labels).map(
        (label) => `pods of ${called(workload)} have no ${label}`,
      ),
    ),
    ...objects.flatMap((object) =>
      Object.entries(object.metadata?.labels ?? {}).map(
        ([label, value]) =>
          !LABEL_VALUE.test(value) && `${called(object)}: the label ${label} must not be ${value}`,
      ),
    ),
  ]),

  policy('objects and pods are found by the label that people select by', (objects) => [
    ...objects
      .filter(({ kind, metadata }) => kind !== 'Namespace' && ORDINARY.includes(appOf(metadata?.labels)))
      .map(
        (object) =>
          wrongApp(object.metadata?.labels) &&
          `${called(object)} has no label app=${appOf(object.metadata?.labels)}`,
      ),
    ...workloads(objects).map(
      (workload) =>
        wrongApp(labelsOf(workload)) && `pods of ${called(workload)} have no label app=${nameOf(workload)}`,
    ),
  ]),
];

/** What `kubectl get pods -l app=…` is asked for. */
const ORDINARY: readonly string[] = [SERVICE, REDIS];
const appOf = (labels: Labels = {}): string => labels['app.kubernetes.io/name'] ?? '';
const wrongApp = (labels: Labels = {}): boolean => labels['app'] !== appOf(labels);

// RFC 1123.
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;
/** Their names become labels of DNS. */
const STRICT_KINDS: readonly string[] = ['Namespace', 'Service', 'StatefulSet'];

const SHARED = ['part-of', 'managed-by'].map((label) => `app.kubernetes.io/${label}`);
const COMMON = ['name', 'instance', 'component'].map((label) => `app.kubernetes.io/${label}`);
const VERSION = 'app.kubernetes.io/version';

const missing = (wanted: readonly string[], labels: Labels = {}): readonly string[] =>
  wanted.filter((label) => !labels[label]);
