import type { VariableName } from '@user-management/settings';
import { POSTGRES_CLUSTER } from '../kit/identity.ts';
import { fileMaterial, tlsMaterial } from './material.ts';
import type { Environment } from './schema.ts';
import { declaredSecret } from './wired-variables.ts';
import type { Wiring } from './wiring.ts';

/**
 * A Secret that must exist before the pods start. A Secret stays in its namespace, so two namespaces may need
 * the same one.
 */
export interface NeededSecret {
  readonly namespace: string;
  readonly name: string;
  readonly keys: readonly NeededKey[];
}

export interface NeededKey {
  readonly key: string;
  /** The variable with this value. None for certificates and for the variables that an environment adds. */
  readonly variable?: VariableName;
}

/** The Secrets that a person or an operator must create. */
export function neededSecrets(environment: Environment, wiring: Wiring): readonly NeededSecret[] {
  const { redis, namespaces } = environment;
  const { name, key } = declaredSecret('REDIS_PASSWORD');
  const data = { namespace: namespaces.data, name, keys: [{ key, variable: 'REDIS_PASSWORD' }] } as const;
  return [
    ...(redis.kind === 'here' ? [data] : []),
    ...group(namespaces.service, [
      ...ofVariables(wiring),
      ...ofFiles(environment),
      ...ofBackups(environment),
      ...ofEnv(environment),
    ]),
  ];
}

interface Entry extends NeededKey {
  readonly name: string;
}

const ofVariables = (wiring: Wiring): readonly Entry[] =>
  [...wiring].flatMap(([variable, source]) =>
    // The operator of the database creates its own Secret.
    source.from === 'secret' && source.name !== `${POSTGRES_CLUSTER}-app`
      ? [{ name: source.name, key: source.key, variable }]
      : [],
  );

const ofFiles = (environment: Environment): readonly Entry[] =>
  [...tlsMaterial(environment), ...fileMaterial(environment)].flatMap(({ from, files }) =>
    'secret' in from ? Object.keys(files ?? {}).map((key) => ({ name: from.secret, key })) : [],
  );

/** Credentials of the object store, which the operator and its plugin read. */
function ofBackups({ users }: Environment): readonly Entry[] {
  if (users.in !== 'cloudnative-pg' || !users.backup) return [];
  const { endpointCA, s3Credentials, azureCredentials, googleCredentials } = users.backup.store;
  const credentials = { ...s3Credentials, ...azureCredentials, ...googleCredentials };
  return [endpointCA, ...Object.values(credentials)].filter((value) => typeof value === 'object');
}

const ofEnv = ({ env }: Environment): readonly Entry[] =>
  Object.values(env).flatMap((value) =>
    typeof value === 'object' && value.secret !== undefined ? [{ name: value.secret, key: value.key }] : [],
  );

const group = (namespace: string, entries: readonly Entry[]): readonly NeededSecret[] =>
  Object.entries(Object.groupBy(entries, ({ name }) => name)).map(([name, of = []]) => ({
    namespace,
    name,
    keys: of
      .filter(({ key }, index) => of.findIndex((other) => other.key === key) === index)
      .map(({ key, variable }) => ({ key, ...(variable && { variable }) })),
  }));
