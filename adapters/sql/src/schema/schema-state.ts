import { migrations } from './migrations.ts';

/** Names of migrations, in order. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** What this version would still do when it opens the database. */
  readonly missing: readonly string[];
  /** What a later version did. */
  readonly unknown: readonly string[];
}

/** The query whose rows `schemaState` takes. */
export const APPLIED_MIGRATIONS = 'select name from users_migration order by name';

export function schemaState(rows: readonly { readonly name?: unknown }[], known = migrations): SchemaState {
  const applied = rows.map(({ name }) => String(name));
  const names = Object.keys(known);
  return {
    applied,
    missing: names.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !names.includes(name)),
  };
}
