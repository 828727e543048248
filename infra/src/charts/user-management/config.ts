import type { IEnvVar, IVolume, IVolumeMount } from 'kubernetes-models/v1';
import { material, type Material, secretFolder } from '../../environment/material.ts';
import type { Environment } from '../../environment/schema.ts';
import type { Source, Wiring } from '../../environment/wiring.ts';
import { CONFIG_MAP } from '../../kit/identity.ts';

export function configData(wiring: Wiring): Readonly<Record<string, string>> {
  const sources = [...wiring.values()].filter((source) => source.from === 'config-map');
  return Object.fromEntries(sources.map(({ key, value }) => [key, value]));
}

/** The variables of the container: those of the service, then those that the environment adds. */
export const environmentVariables = ({ secretsAs, env }: Environment, wiring: Wiring): IEnvVar[] => [
  ...[...wiring].map(([name, source]) => variable(name, source, secretsAs)),
  ...Object.entries(env).map(([name, value]) => addedVariable(name, value)),
];

function variable(name: string, source: Source, secretsAs: Environment['secretsAs']): IEnvVar {
  switch (source.from) {
    case 'value':
      return { name, value: source.value };
    case 'config-map':
      return { name, valueFrom: { configMapKeyRef: { name: CONFIG_MAP, key: source.key } } };
    case 'secret':
      return secretsAs === 'files'
        ? { name: `${name}_FILE`, value: `${secretFolder(source.name)}/${source.key}` }
        : { name, valueFrom: { secretKeyRef: { name: source.name, key: source.key } } };
  }
}

function addedVariable(name: string, value: Environment['env'][string]): IEnvVar {
  if (typeof value === 'string') return { name, value };
  const { secret, configMap, key } = value;
  return {
    name,
    valueFrom:
      secret === undefined
        ? { configMapKeyRef: { name: configMap ?? '', key } }
        : { secretKeyRef: { name: secret, key } },
  };
}

/** Secrets are mounted as folders, because the kubelet replaces their files when the Secret changes. */
function secretMaterial({ secretsAs }: Environment, wiring: Wiring): readonly Material[] {
  if (secretsAs !== 'files') return [];
  const sources = [...wiring.values()].filter((source) => source.from === 'secret');
  return Object.entries(Object.groupBy(sources, ({ name }) => name)).map(([name, of = []]) => ({
    name: `secret-${name}`
      .slice(0, 63)
      .replace(/[^a-z0-9]+$/, '')
      .replaceAll('.', '-'),
    folder: secretFolder(name),
    from: { secret: name },
    files: Object.fromEntries(of.map(({ key }) => [key, key])),
  }));
}

const mounted = (environment: Environment, wiring: Wiring): readonly Material[] => [
  ...secretMaterial(environment, wiring),
  ...material(environment),
];

/** The root file system is read-only, so only /tmp is writable. */
export const volumes = (environment: Environment, wiring: Wiring): IVolume[] => [
  { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
  ...mounted(environment, wiring).map(({ name, from, files }) => {
    const items = files && { items: Object.entries(files).map(([key, path]) => ({ key, path })) };
    return 'secret' in from
      ? // Readable for the group of the container only.
        { name, secret: { secretName: from.secret, ...items, defaultMode: 0o440 } }
      : { name, configMap: { name: from.configMap, ...items } };
  }),
];

export const volumeMounts = (environment: Environment, wiring: Wiring): IVolumeMount[] => [
  { name: 'tmp', mountPath: '/tmp' },
  // Whole folders are mounted, because a file with `subPath` would never change.
  ...mounted(environment, wiring).map(({ name, folder }) => ({ name, mountPath: folder, readOnly: true })),
];
