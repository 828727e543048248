import { SERVICE } from '../../kit/identity.ts';
import { material } from '../material.ts';
import type { Pod } from '../schema.ts';
import type { Rule } from './rule.ts';

/** The names and folders that the manifests use. */
interface Taken {
  readonly container: string;
  readonly volumes: readonly string[];
  readonly folders: readonly string[];
}

export const POD_RULES: readonly Rule[] = [
  (environment) => {
    const mounted = material(environment);
    return podProblems('pod', environment.pod, {
      container: SERVICE,
      volumes: ['tmp', ...mounted.map(({ name }) => name)],
      folders: ['/tmp', '/app', '/etc/user-management', ...mounted.map(({ folder }) => folder)],
    });
  },
];

export const podProblems = (at: string, pod: Pod, taken: Taken): readonly (string | false)[] => [
  ...(pod.volumes ?? []).map(
    ({ name }, index) =>
      (taken.volumes.includes(name) || name.startsWith('secret-')) &&
      `${at}.volumes.${index}.name is "${name}". The manifests use this name, so it must be another.`,
  ),
  ...(pod.volumeMounts ?? []).flatMap(({ name, mountPath }, index) => [
    !(pod.volumes ?? []).some((volume) => volume.name === name) &&
      `${at}.volumeMounts.${index}.name is "${name}". It must be the name of one of ${at}.volumes.`,
    taken.folders.some((folder) => mountPath === folder || mountPath.startsWith(`${folder}/`)) &&
      `${at}.volumeMounts.${index}.mountPath is "${mountPath}". It must be another folder, because the ` +
        'manifests use this one.',
  ]),
  ...(['initContainers', 'sidecars'] as const).flatMap((list) =>
    (pod[list] ?? []).map(
      ({ name }, index) =>
        name === taken.container &&
        `${at}.${list}.${index}.name is "${name}". It must differ from the name of the main container.`,
    ),
  ),
  (pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length ?? 0) > 0 &&
    `${at}.affinity.podAntiAffinity must not use requiredDuringSchedulingIgnoredDuringExecution. Use ` +
      'preferredDuringSchedulingIgnoredDuringExecution, because a rollout needs room for another pod.',
];
