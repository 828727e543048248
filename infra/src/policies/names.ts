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
  policy('names are valid in Kubernetes', (objects) => [
    ...objects.map((object) => {
      const pattern = STRICT_KINDS.includes(object.kind) ? LABEL : SUBDOMAIN;
      return !pattern.test(nameOf(object)) && `${called(object)}: the name is not valid.`;
    }),
    ...workloads(objects).flatMap((workload) =>
      containersOf(workload).flatMap(({ name, ports = [], env = [] }) => [
        !LABEL.test(name) && `${called(workload)}: the name of the container ${name} is not valid.`,
        ...ports.map(
          (port) =>
            !PORT_NAME.test(port.name ?? '') &&
            `${called(workload)}: the name of the port ${port.name ?? ''} is not valid.`,
        ),
        ...env.map(
          (variable) =>
            !VARIABLE.test(variable.name) &&
            `${called(workload)}: the name of the variable ${variable.name} is not valid.`,
        ),
      ]),
    ),
    ...ofKind(objects, 'ConfigMap').flatMap((config) =>
      Object.keys(config.data ?? {}).map(
        (key) => !/^[-\w.]{1,253}$/.test(key) && `${called(config)}: the key ${key} is not valid.`,
      ),
    ),
  ]),

  policy('objects have unique names', (objects) => {
    const names = objects.map((object) => `${called(object)} in ${namespaceOf(object)}`);
    return names.map((name, index) => names.indexOf(name) !== index && `${name} exists twice.`);
  }),

  policy('objects are in their namespaces', (objects, { environment: { namespaces } }) =>
    objects.map((object) => {
      const expected = object.kind === 'Namespace' ? [''] : [namespaces.service, namespaces.data];
      return (
        !expected.includes(namespaceOf(object)) &&
        `${called(object)}: the namespace is ${namespaceOf(object) || 'missing'}. ` +
          `It must be ${expected.join(' or ') || 'missing'}.`
      );
    }),
  ),

  policy('namespaces enforce Pod Security restricted', (objects) =>
    ofKind(objects, 'Namespace').map(
      (one) =>
        one.metadata?.labels?.['pod-security.kubernetes.io/enforce'] !== 'restricted' &&
        `${called(one)}: the label pod-security.kubernetes.io/enforce must be restricted.`,
    ),
  ),

  policy('objects and pods have the common labels', (objects) => [
    ...objects.flatMap((object) =>
      missing(object.kind === 'Namespace' ? SHARED : [...SHARED, ...COMMON], object.metadata?.labels).map(
        (label) => `${called(object)}: the label ${label} is missing.`,
      ),
    ),
    ...workloads(objects).flatMap((workload) =>
      missing([...SHARED, ...COMMON, VERSION], templateOf(workload).metadata?.labels).map(
        (label) => `${called(workload)}: the label ${label} of the pods is missing.`,
      ),
    ),
    ...objects.flatMap((object) =>
      Object.entries(object.metadata?.labels ?? {}).map(
        ([label, value]) =>
          !LABEL_VALUE.test(value) && `${called(object)}: the label ${label} must not be ${value}.`,
      ),
    ),
  ]),

  policy('objects and pods have the label app', (objects) => [
    ...objects
      .filter(({ kind, metadata }) => kind !== 'Namespace' && ORDINARY.includes(appOf(metadata?.labels)))
      .map(
        (object) =>
          wrongApp(object.metadata?.labels) &&
          `${called(object)}: the label app must be ${appOf(object.metadata?.labels)}.`,
      ),
    ...workloads(objects).map(
      (workload) =>
        wrongApp(labelsOf(workload)) &&
        `${called(workload)}: the label app of the pods must be ${nameOf(workload)}.`,
    ),
  ]),
];

/** The values of `app` that people select by: `kubectl get pods -l app=…`. */
const ORDINARY: readonly string[] = [SERVICE, REDIS];
const appOf = (labels: Labels = {}): string => labels['app.kubernetes.io/name'] ?? '';
const wrongApp = (labels: Labels = {}): boolean => labels['app'] !== appOf(labels);

// RFC 1123.
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const PORT_NAME = /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;
const VARIABLE = /^[A-Za-z_]\w*$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;
/** The names of these kinds become DNS labels. */
const STRICT_KINDS: readonly string[] = ['Namespace', 'Service', 'StatefulSet'];

const SHARED = ['part-of', 'managed-by'].map((label) => `app.kubernetes.io/${label}`);
const COMMON = ['name', 'instance', 'component'].map((label) => `app.kubernetes.io/${label}`);
const VERSION = 'app.kubernetes.io/version';

const missing = (wanted: readonly string[], labels: Labels = {}): readonly string[] =>
  wanted.filter((label) => !labels[label]);
