import { SERVICE } from '../../kit/identity.ts';
import { tlsMaterial } from '../material.ts';
import type { Pod } from '../schema.ts';
import type { Rule } from './rule.ts';

/** Names and folders that are taken. */
interface Taken {
  readonly container: string;
  readonly volumes: readonly string[];
  readonly folders: readonly string[];
}

export const POD_RULES: readonly Rule[] = [
  (environment) => {
    const material = tlsMaterial(environment);
    return podProblems('pod', environment.pod, {
      container: SERVICE,
      volumes: ['tmp', ...material.map(({ name }) => name)],
      folders: ['/tmp', '/app', '/etc/user-management', ...material.map(({ folder }) => folder)],
    });
  },
];

export const podProblems = (at: string, pod: Pod, taken: Taken): readonly (string | false)[] => [
  ...(pod.volumes ?? []).map(
    ({ name }, index) =>
      (taken.volumes.includes(name) || name.startsWith('secret-')) &&
      `${at}.volumes.${index}.name is "${name}"; accepted is a name that no volume of ours has`,
  ),
  ...(pod.volumeMounts ?? []).flatMap(({ name, mountPath }, index) => [
    !(pod.volumes ?? []).some((volume) => volume.name === name) &&
      `${at}.volumeMounts.${index}.name is "${name}"; accepted is the name of one of ${at}.volumes`,
    taken.folders.some((folder) => mountPath === folder || mountPath.startsWith(`${folder}/`)) &&
      `${at}.volumeMounts.${index}.mountPath is "${mountPath}"; accepted is a folder that is not ours`,
  ]),
  ...(['initContainers', 'sidecars'] as const).flatMap((list) =>
    (pod[list] ?? []).map(
      ({ name }, index) =>
        name === taken.container &&
        `${at}.${list}.${index}.name is "${name}"; accepted is another name than that of the main container`,
    ),
  ),
  (pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length ?? 0) > 0 &&
    `${at}.affinity.podAntiAffinity requires; accepted is ` +
      'preferredDuringSchedulingIgnoredDuringExecution, since a rollout on as many ' +
      'nodes as replicas would find no place for a new pod',
];
