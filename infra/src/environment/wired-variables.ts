import { VARIABLE_NAMES, type VariableName, VARIABLES } from '@user-management/settings';

type Declared = typeof VARIABLES;

/** These variables follow from other fields, so an environment cannot state them. */
const DERIVED = [
  ...(['DATABASE_URL', 'DATABASE_POOL_SIZE'] as const),
  ...(['DATABASE_CA_FILE', 'DATABASE_CERT_FILE', 'DATABASE_KEY_FILE'] as const),
  ...(['SMTP_URL', 'SECRET_KEY', 'MAIL_TEMPLATES_DIR'] as const),
  ...(['REDIS_TLS_CA_FILE', 'REDIS_TLS_CERT_FILE', 'REDIS_TLS_KEY_FILE'] as const),
] as const;
export type DerivedVariable = (typeof DERIVED)[number];

type Secret = { [N in VariableName]: Declared[N] extends { secret: true } ? N : never }[VariableName];

/** The variables that name a file from a Secret, where an environment lists them. */
export type FileVariable = {
  [N in VariableName]: Declared[N]['kubernetes'] extends { from: 'secret-file' } ? N : never;
}[VariableName];

/**
 * The variables that an environment may state. Secrets are not among them, because manifests must not have
 * any.
 */
export type PlainVariable = Exclude<VariableName, Secret | FileVariable | DerivedVariable>;
/** The variables that come from a Secret when an environment lists them. */
export type SecretVariable = Exclude<Secret, DerivedVariable>;

export const isSecret = (name: VariableName): name is Secret => 'secret' in VARIABLES[name];
export const isDerived = (name: VariableName): name is DerivedVariable =>
  (DERIVED as readonly string[]).includes(name);

export const isFile = (name: VariableName): name is FileVariable =>
  VARIABLES[name].kubernetes.from === 'secret-file';

export const PLAIN_VARIABLES = VARIABLE_NAMES.filter(
  (name): name is PlainVariable => !isSecret(name) && !isFile(name) && !isDerived(name),
);
export const FILE_VARIABLES = VARIABLE_NAMES.filter(isFile);
export const SECRET_VARIABLES = VARIABLE_NAMES.filter(
  (name): name is SecretVariable => isSecret(name) && !isDerived(name),
);

/** The declared name and key of the Secret of a variable. */
export const declaredSecret = (
  name: Secret | FileVariable,
): { readonly name: string; readonly key: string } => VARIABLES[name].kubernetes;
