import { type Variable, VARIABLE_NAMES, VARIABLES } from '@user-management/settings';
import { type Check, failed, type Finding, ok } from '../check.ts';
import type { Cluster } from './cluster.ts';
import { CONFIG_MAP, DATA_NAMESPACE, MANIFESTS, NAMESPACE, REDIS_SECRET } from './names.ts';
import type { WithData } from './objects.ts';

const APPLY_SECRETS = 'npm run secret -- --apply';
const { name: SECRET, key: KEY } = REDIS_SECRET;

export const configurationChecks: readonly Check<Cluster>[] = [
  {
    name: `Secret ${SECRET}`,
    needs: ['API server'],
    async examine(cluster) {
      const isElsewhere = (await cluster.redisElsewhere()) !== undefined;
      const namespaces = isElsewhere ? [NAMESPACE] : [DATA_NAMESPACE, NAMESPACE];
      const found = namespaces.map(async (namespace) => ({
        namespace,
        value: await read(cluster, namespace),
      }));
      return compare(await Promise.all(found));
    },
    mend: () => `kubectl auth can-i get secrets --namespace ${DATA_NAMESPACE}`,
  },
  {
    name: `ConfigMap ${CONFIG_MAP}`,
    needs: ['API server'],
    async examine(cluster) {
      const configMap = await cluster.get<WithData>('configmap', CONFIG_MAP, NAMESPACE);
      const apply = `kubectl apply --filename ${MANIFESTS}/user-management.yml`;
      if (!configMap) return failed('there is none', apply);
      const problems = problemsOf(configMap.data ?? {});
      if (problems.length > 0) return failed(problems.join('\n'), apply);
      return ok(`all ${KEYS.size} keys are there, with values that are accepted`);
    },
    mend: () => `kubectl get configmap ${CONFIG_MAP} --namespace ${NAMESPACE} --output yaml`,
  },
];

interface Copy {
  readonly namespace: string;
  readonly value: string | undefined;
}

async function read(cluster: Cluster, namespace: string): Promise<string | undefined> {
  const data = (await cluster.get<WithData>('secret', SECRET, namespace))?.data ?? {};
  for (const encoded of Object.values(data)) cluster.secrets.add(decode(encoded));
  return data[KEY] === undefined ? undefined : decode(data[KEY]);
}

const decode = (encoded: string): string => Buffer.from(encoded, 'base64').toString('utf8');

function compare(copies: readonly Copy[]): Finding {
  const missing = copies.filter(({ value }) => !value).map(({ namespace }) => namespace);
  if (missing.length > 0) return failed(`no key ${KEY} in ${missing.join(' and ')}`, APPLY_SECRETS);
  const where = copies.map(({ namespace }) => namespace).join(' and ');
  const remake = copies
    .map(({ namespace }) => `kubectl delete secret ${SECRET} --namespace ${namespace}`)
    .join('  or  ');
  if (new Set(copies.map(({ value }) => value)).size > 1) {
    const advice = `delete the wrong one, then ${APPLY_SECRETS}: ${remake}`;
    return failed(
      `another password in ${copies.map(({ namespace }) => namespace).join(' than in ')}`,
      advice,
    );
  }
  // `echo password | kubectl create secret … --from-file=…=/dev/stdin` does that, without -n.
  if (copies.some(({ value }) => /\s$/.test(value ?? ''))) {
    return failed(
      `the password in ${where} ends with a newline or a space`,
      `make it anew: ${remake}, then ${APPLY_SECRETS}`,
    );
  }
  return ok(copies.length > 1 ? `the same in ${where}` : `there, in ${where}`);
}

const KEYS: ReadonlyMap<string, Variable<unknown>> = new Map(
  VARIABLE_NAMES.flatMap((name) => {
    const variable: Variable<unknown> = VARIABLES[name];
    const { kubernetes: source } = variable;
    return source.from === 'config-map' ? [[source.key, variable] as const] : [];
  }),
);

function problemsOf(data: Readonly<Record<string, string>>): readonly string[] {
  const unknown = Object.keys(data).filter((key) => !KEYS.has(key));
  const faulty = [...KEYS].flatMap(([key, { parser }]) => {
    const text = data[key];
    if (text === undefined) return [`${key} is missing`];
    return parser.parse(text) === undefined ? [`${key} is "${text}"; accepted is ${parser.accepts}`] : [];
  });
  return [...faulty, ...unknown.map((key) => `${key} is no key that the service knows`)];
}
