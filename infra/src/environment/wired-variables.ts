import { VARIABLE_NAMES, type VariableName, VARIABLES } from '@user-management/settings';

type Declared = typeof VARIABLES;

/** Not in the lists below: what follows from other fields of an environment. */
const DERIVED = ['DATABASE_URL', 'REDIS_TLS_CA_FILE'] as const;
type Derived = (typeof DERIVED)[number];

type Secret = { [N in VariableName]: Declared[N] extends { secret: true } ? N : never }[VariableName];

/** Variables whose values an environment may state: no secret is ever written into a manifest. */
export type PlainVariable = Exclude<VariableName, Secret | Derived>;
/** Variables that come from a Secret where an environment asks for them. */
export type SecretVariable = Exclude<Secret, Derived>;

export const isSecret = (name: VariableName): name is Secret => 'secret' in VARIABLES[name];
const isDerived = (name: VariableName): name is Derived => (DERIVED as readonly string[]).includes(name);

export const PLAIN_VARIABLES = VARIABLE_NAMES.filter(
  (name): name is PlainVariable => !isSecret(name) && !isDerived(name),
);
export const SECRET_VARIABLES = VARIABLE_NAMES.filter(
  (name): name is SecretVariable => isSecret(name) && !isDerived(name),
);

/** The name and key of the Secret that a variable is declared to come from. */
export const declaredSecret = (name: Secret): { readonly name: string; readonly key: string } =>
  VARIABLES[name].kubernetes;
