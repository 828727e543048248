import type { IVolume } from 'kubernetes-models/v1';
import { neededSecrets } from '../environment/needed-secrets.ts';
import { SECRET_VARIABLES } from '../environment/wired-variables.ts';
import {
  called,
  containersOf,
  nameOf,
  namespaceOf,
  type Objects,
  ofKind,
  podOf,
  workloads,
} from './objects.ts';
import { ofEachWorkload, type Policy, policy } from './policy.ts';

const path = (namespace: string, { name, key }: { name: string; key: string }) =>
  `${namespace}/${name}/${key}`;

export const SECRETS: readonly Policy[] = [
  policy('manifests contain no secrets', (objects) => [
    ...ofKind(objects, 'Secret').map((secret) => `${called(secret)}: it must not be among the manifests.`),
    ...workloads(objects)
      .flatMap(containersOf)
      .flatMap(({ env = [] }) => env)
      .map(
        ({ name, value }) =>
          value !== undefined &&
          (SECRET_VARIABLES as readonly string[]).includes(name) &&
          `variable ${name}: it must not have a plain value.`,
      ),
    ...LEAKS.map(
      ({ what, pattern }) =>
        pattern.test(JSON.stringify(objects)) && `The manifests must not contain ${what}.`,
    ),
  ]),

  ofEachWorkload(
    'referenced keys of Secrets are created by a command or an operator',
    (workload, objects, release) => {
      const told = neededSecrets(release.environment, release.wiring).flatMap(({ namespace, name, keys }) =>
        keys.map(({ key }) => path(namespace, { name, key })),
      );
      const known = [...told, ...operatorSecrets(objects)];
      const variables = podOf(workload).containers[0]?.env ?? [];
      const { pod, redis } = release.environment;
      const added = [...(pod.volumes ?? []), ...(redis.kind === 'here' ? (redis.pod.volumes ?? []) : [])];
      const refs = [
        ...variables.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []),
        ...(podOf(workload).volumes ?? [])
          .filter(({ name }) => !added.some((one) => one.name === name))
          .flatMap(mountedKeys),
      ];
      return refs
        .map(({ name = '', key }) => path(namespaceOf(workload), { name, key }))
        .map((ref) => !known.includes(ref) && `neither npm run secret nor an operator creates ${ref}.`);
    },
  ),
];

/** The keys without which the pod would not start. */
const mountedKeys = ({ secret, projected }: IVolume) => {
  const sources = [
    { ...secret, name: secret?.secretName },
    ...(projected?.sources ?? []).flatMap((source) => source.secret ?? []),
  ];
  return sources
    .filter(({ optional }) => optional !== true)
    .flatMap(({ name, items = [] }) => items.map(({ key }) => ({ name, key })));
};

const LEAKS = [
  { what: 'a URL with a password', pattern: /\w+:\/\/[^\s/@:"]*:[^\s/@"]+@/ },
  { what: 'a private key', pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { what: 'a password in the clear', pattern: /(?:requirepass|masterauth|--pass|-a) [^\s"\\]+|"user [^"]*>/ },
];

/** CloudNativePG creates the Secret of the database owner, External Secrets those of its objects. */
const operatorSecrets = (objects: Objects): readonly string[] => [
  ...ofKind(objects, 'Cluster').map((cluster) => `${namespaceOf(cluster)}/${nameOf(cluster)}-app/uri`),
  ...ofKind(objects, 'ExternalSecret').flatMap((one) =>
    (one.spec?.data ?? []).map(({ secretKey: key }) => path(namespaceOf(one), { name: nameOf(one), key })),
  ),
];
