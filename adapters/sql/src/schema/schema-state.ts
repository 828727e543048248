import { type Migrations, migrations } from './migrations.ts';

/** The names of migrations, in order. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** The migrations that this version would still apply. */
  readonly missing: readonly string[];
  /** The migrations of a later version. */
  readonly unknown: readonly string[];
  /**
   * Whether this version cannot work with the schema. It can work with a schema that is one migration ahead:
   * a migration only adds, and a later release removes the replaced parts, so a rollout can be undone.
   */
  readonly tooNew: boolean;
}

/** The rows of this query are the input of `schemaState`. */
export const APPLIED_MIGRATIONS = 'select name from users_migration order by name';

export function schemaState(
  rows: readonly { readonly name?: unknown }[],
  known: Migrations = migrations,
): SchemaState {
  const applied = rows.map(({ name }) => String(name));
  const names = Object.keys(known);
  const missing = names.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !names.includes(name));
  const isOneAhead = unknown.length === 1 && missing.length === 0;
  return { applied, missing, unknown, tooNew: unknown.length > 0 && !isOneAhead };
}
