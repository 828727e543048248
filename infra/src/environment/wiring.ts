import {
  type AppEnv,
  defaultOf,
  readSettings,
  type Settings,
  type Variable,
  VARIABLE_NAMES,
  type VariableName,
  VARIABLES,
} from '@user-management/settings';
import type { Environment } from './environment.ts';
import { SERVICE } from '../kit/identity.ts';
import { declaredSecret, isSecret } from './wired-variables.ts';

/** Where the container takes the value of one variable from. */
export type Source =
  | { readonly from: 'value'; readonly value: string }
  | { readonly from: 'config-map'; readonly key: string; readonly value: string }
  | { readonly from: 'secret'; readonly name: string; readonly key: string };

/** The variables that the Deployment sets, in the order of their declaration. */
export type Wiring = ReadonlyMap<VariableName, Source>;

export const REDIS_CA_FILE = '/etc/redis-ca/ca.crt';
export const POSTGRES_CLUSTER = `${SERVICE}-db`;

/** What the service is told, derived from the declaration that it reads itself. */
export function wire(environment: Environment): Wiring {
  const sources = VARIABLE_NAMES.map((name) => [name, sourceOf(name, environment)] as const);
  return new Map(sources.filter((entry): entry is [VariableName, Source] => entry[1] !== undefined));
}

function sourceOf(name: VariableName, environment: Environment): Source | undefined {
  if (name === 'DATABASE_URL') return databaseUrl(environment.users);
  if (isSecret(name)) {
    return environment.secrets.includes(name) ? { from: 'secret', ...declaredSecret(name) } : undefined;
  }
  const variable: Variable<unknown> = VARIABLES[name];
  const given = name === 'REDIS_TLS_CA_FILE' ? caFile(environment) : environment.settings[name];
  if (variable.kubernetes.from === 'on-request') return given === undefined ? undefined : plain(given);
  const value = given ?? defaultOf(variable, surroundings(environment));
  if (value === undefined) return undefined;
  return variable.kubernetes.from === 'config-map'
    ? { from: 'config-map', key: variable.kubernetes.key, value }
    : plain(value);
}

const plain = (value: string): Source => ({ from: 'value', value });

function databaseUrl(users: Environment['users']): Source {
  switch (users.in) {
    case 'redis':
      return plain('redis:');
    case 'postgres':
      return { from: 'secret', ...declaredSecret('DATABASE_URL') };
    case 'cloudnative-pg':
      // The operator makes this Secret, with a URL of the database's owner in it.
      return { from: 'secret', name: `${POSTGRES_CLUSTER}-app`, key: 'uri' };
  }
}

const caFile = ({ redis }: Environment): string | undefined =>
  redis.kind === 'elsewhere' && redis.ca ? REDIS_CA_FILE : undefined;

const surroundings = ({ settings }: Environment) => ({
  // In Kubernetes the service takes itself to be in production unless it is told otherwise.
  appEnv: (settings.APP_ENV ?? 'production') as AppEnv,
  inKubernetes: true,
  nodeProduction: true,
});

/**
 * What the service will make of its variables, by its own reader.
 * @throws {InvalidSettings}
 */
export function settingsOf(wiring: Wiring): Settings {
  const variables = [...wiring].map(([name, source]): [string, string | undefined] => [
    name,
    valueOf(name, source),
  ]);
  return readSettings({
    ...Object.fromEntries(variables),
    // A file that is there in the container alone.
    REDIS_TLS_CA_FILE: undefined,
    KUBERNETES_SERVICE_HOST: 'kubernetes',
    NODE_ENV: 'production',
  });
}

// Nobody knows a secret here, so that a value which the variable accepts stands in for it.
const STAND_INS = ['stand-in', 'postgres://stand-in/users'];

function valueOf(name: VariableName, source: Source): string | undefined {
  if (source.from !== 'secret') return source.value;
  return STAND_INS.find((text) => VARIABLES[name].parser.parse(text) !== undefined);
}
