import { type Variable, VARIABLE_NAMES, VARIABLES } from '@user-management/settings';
import { type Check, failed, type Finding, ok, skipped, warning } from '../check.ts';
import { LIMITS_OFF, NAME_PROXIES } from '../limits-off.ts';
import type { Cluster } from './cluster.ts';
import { applyManifest } from './manifests.ts';
import type { WithData } from './objects.ts';
import { examineSecrets } from './secrets.ts';
import type { Workload } from './workload.ts';

export const configurationChecks: readonly Check<Cluster>[] = [
  {
    name: 'Secrets',
    needs: ['Redis of the service'],
    examine: examineSecrets,
    mend: () => 'kubectl auth can-i get secrets --all-namespaces',
  },
  {
    name: 'ConfigMap',
    needs: ['Deployment'],
    async examine(cluster) {
      const workload = await cluster.workload();
      const names = [...new Set([...workload.configMapKeys.values()].map(({ name }) => name))];
      if (names.length === 0) return skipped('The Deployment takes no variable from a ConfigMap.');
      const findings = await Promise.all(names.map((name) => examineConfigMap(cluster, workload, name)));
      const bad = findings.find(({ status }) => status === 'failed');
      return bad ?? ok(findings.map(({ saw }) => saw).join('\n'));
    },
    mend: () => 'kubectl auth can-i get configmaps --all-namespaces',
  },
  {
    name: 'client addresses',
    needs: ['Deployment'],
    async examine(cluster) {
      const isSet = (await cluster.workload()).variable('TRUSTED_PROXIES') !== undefined;
      return isSet ? ok('The service knows its proxies.') : warning(LIMITS_OFF, NAME_PROXIES);
    },
    mend: () => 'kubectl get deployments --all-namespaces',
  },
];

async function examineConfigMap(cluster: Cluster, workload: Workload, name: string): Promise<Finding> {
  const configMap = await cluster.get<WithData>('configmap', name, workload.namespace);
  const apply = applyManifest('user-management.yml');
  if (!configMap)
    return failed(`There is no ConfigMap ${name} in the namespace ${workload.namespace}.`, apply);
  const wired = [...workload.configMapKeys].filter(([, ref]) => ref.name === name);
  const data = configMap.data ?? {};
  const problems = [
    ...wired.flatMap(([variable, { key }]) => problemsOf(variable, key, data[key])),
    ...unknown(wired, data),
  ];
  return problems.length > 0
    ? failed(problems.join('\n'), apply)
    : ok(`ConfigMap ${name} has all ${wired.length} keys, with accepted values.`);
}

const PARSERS: ReadonlyMap<string, Variable<unknown>['parser']> = new Map(
  VARIABLE_NAMES.map((name) => [name, VARIABLES[name].parser]),
);

function problemsOf(variable: string, key: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [`The key ${key} is missing.`];
  const parser = PARSERS.get(variable);
  if (!parser || parser.parse(text) !== undefined) return [];
  return [`The key ${key} is "${text}". It must be ${parser.accepts}.`];
}

/** A misspelt key leaves its variable at the default. */
function unknown(
  wired: Workload['configMapKeys'] extends ReadonlyMap<infer K, infer V>
    ? readonly (readonly [K, V])[]
    : never,
  data: Readonly<Record<string, string>>,
): readonly string[] {
  const known = new Set(wired.map(([, { key }]) => key));
  return Object.keys(data)
    .filter((key) => !known.has(key))
    .map((key) => `No variable of the Deployment uses the key ${key}.`);
}
