import { InvalidSettings, readSettings, type Settings, VARIABLE_NAMES } from '@user-management/settings';
import { isSecret } from '../environment/wired-variables.ts';
import { SERVICE } from '../kit/identity.ts';
import { type Objects, ofKind, podOf } from './objects.ts';
import { type Policy, policy } from './policy.ts';

/** Rules for the settings as the service reads them from the manifests. */
export const SETTINGS: readonly Policy[] = [
  policy('variables belong to the service', (objects, { environment: { env } }) =>
    variables(objects).map(
      ({ name }) =>
        !KNOWN.has(name) && !(name in env) && `variable ${name}: the service has no such variable.`,
    ),
  ),

  policy('the service accepts its settings', (objects) => {
    try {
      readServiceSettings(objects);
      return [];
    } catch (error) {
      if (error instanceof InvalidSettings) return error.problems;
      throw error;
    }
  }),
];

const KNOWN = new Set<string>([
  ...VARIABLE_NAMES,
  ...VARIABLE_NAMES.filter(isSecret).map((name) => `${name}_FILE`),
]);

/** @throws {InvalidSettings} */
export function readServiceSettings(objects: Objects): Settings {
  const config = (name: string) =>
    ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata?.name === name)?.data;
  const resolved = variables(objects).map(({ name, value, valueFrom }): [string, string | undefined] => {
    const ref = valueFrom?.configMapKeyRef;
    return [name, ref ? config(ref.name ?? '')?.[ref.key] : value];
  });
  // The files exist only in the container.
  const known = resolved.filter(([name]) => !name.endsWith('_FILE'));
  return readSettings({
    ...Object.fromEntries(known),
    KUBERNETES_SERVICE_HOST: 'kubernetes',
  });
}

const variables = (objects: Objects) =>
  ofKind(objects, 'Deployment')
    .filter(({ metadata }) => metadata?.name === SERVICE)
    .flatMap((deployment) => podOf(deployment).containers[0]?.env ?? []);
