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
import { POSTGRES_CLUSTER, redisHost } from '../kit/identity.ts';
import { filePath, TEMPLATES_FOLDER, tlsFiles } from './material.ts';
import type { Environment } from './schema.ts';
import { declaredSecret, type DerivedVariable, isDerived, isFile, isSecret } from './wired-variables.ts';

/** The source of the value of one variable. */
export type Source =
  | { readonly from: 'value'; readonly value: string }
  | { readonly from: 'config-map'; readonly key: string; readonly value: string }
  | { readonly from: 'secret'; readonly name: string; readonly key: string };

/** The variables that the Deployment sets, in the order of their declaration. */
export type Wiring = ReadonlyMap<VariableName, Source>;

/** Derives the variables of the Deployment from the declaration that the service also uses. */
export function wire(environment: Environment): Wiring {
  const sources = VARIABLE_NAMES.map((name) => [name, sourceOf(name, environment)] as const);
  return new Map(sources.filter((entry): entry is [VariableName, Source] => entry[1] !== undefined));
}

function sourceOf(name: VariableName, environment: Environment): Source | undefined {
  if (name === 'DATABASE_URL') return databaseUrl(environment.users);
  if (name === 'SMTP_URL' || name === 'SECRET_KEY') {
    return environment.mail && { from: 'secret', ...declaredSecret(name) };
  }
  if (isSecret(name)) {
    return environment.secrets.includes(name) ? { from: 'secret', ...declaredSecret(name) } : undefined;
  }
  if (isFile(name)) return environment.files.includes(name) ? plain(filePath(name)) : undefined;
  if (STANDALONE.includes(name) && !isStandalone(environment)) return undefined;
  const variable: Variable<unknown> = VARIABLES[name];
  const given = isDerived(name) ? derived(name, environment) : environment.settings[name];
  if (variable.kubernetes.from === 'on-request') return given === undefined ? undefined : plain(given);
  const value = given ?? fallback(name, environment);
  if (value === undefined) return undefined;
  return variable.kubernetes.from === 'config-map'
    ? { from: 'config-map', key: variable.kubernetes.key, value }
    : plain(value);
}

const plain = (value: string): Source => ({ from: 'value', value });

/** Only a standalone Redis uses these. Sentinels and clusters use REDIS_NODES. */
const STANDALONE: readonly VariableName[] = ['REDIS_HOST', 'REDIS_PORT'];
const isStandalone = ({ settings }: Environment): boolean =>
  (settings.REDIS_MODE ?? 'standalone') === 'standalone';

function fallback(name: VariableName, environment: Environment): string | undefined {
  if (name === 'REDIS_HOST' && environment.redis.kind === 'here') return redisHost(environment.namespaces);
  return defaultOf(VARIABLES[name], surroundings(environment));
}

function databaseUrl(users: Environment['users']): Source {
  switch (users.in) {
    case 'redis':
      return plain('redis:');
    case 'postgres':
      return { from: 'secret', ...declaredSecret('DATABASE_URL') };
    case 'cloudnative-pg':
      // The operator creates this Secret with the URL of the database owner.
      return { from: 'secret', name: `${POSTGRES_CLUSTER}-app`, key: 'uri' };
  }
}

function derived(name: DerivedVariable, environment: Environment): string | undefined {
  const { users, mail } = environment;
  if (name === 'DATABASE_POOL_SIZE') return users.in === 'redis' ? undefined : String(users.poolSize);
  if (name === 'MAIL_TEMPLATES_DIR') return mail?.templates && TEMPLATES_FOLDER;
  return tlsFiles(environment)[name];
}

const surroundings = ({ settings }: Environment) => ({
  // In Kubernetes the default is production.
  appEnv: (settings.APP_ENV ?? 'production') as AppEnv,
  inKubernetes: true,
  nodeProduction: true,
});

/** The settings as the reader of the service reads them from the variables. @throws {InvalidSettings} */
export function settingsOf(wiring: Wiring): Settings {
  const variables = [...wiring]
    // These files exist only in the container.
    .filter(([name]) => !isFile(name) && !(isDerived(name) && name.endsWith('_FILE')))
    .map(([name, source]): [string, string | undefined] => [name, valueOf(name, source)]);
  return readSettings({
    ...Object.fromEntries(variables),
    KUBERNETES_SERVICE_HOST: 'kubernetes',
    NODE_ENV: 'production',
  });
}

// The value of a secret is not known here, so a value that the variable accepts replaces it.
const STAND_INS = ['A'.repeat(43), 'postgres://stand-in/users', 'smtp://stand-in'];

function valueOf(name: VariableName, source: Source): string | undefined {
  if (source.from !== 'secret') return source.value;
  return STAND_INS.find((text) => VARIABLES[name].parser.parse(text) !== undefined);
}
