import { migrations } from './migrations.ts';

/** Names of migrations, in order. */
export interface SchemaState {
  readonly applied: readonly string[];
  /** What this version would still do when it opens the database. */
  readonly missing: readonly string[];
  /** What a later version did. */
  readonly unknown: readonly string[];
  /**
   * Whether this version cannot work with it. One step ahead it can: a migration only adds, and what it
   * replaces is removed one release later, so that a rollout can be undone.
   */
  readonly tooNew: boolean;
}

/** The query whose rows `schemaState` takes. */
export const APPLIED_MIGRATIONS = 'select name from users_migration order by name';

export function schemaState(rows: readonly { readonly name?: unknown }[], known = migrations): SchemaState {
  const applied = rows.map(({ name }) => String(name));
  const names = Object.keys(known);
  const missing = names.filter((name) => !applied.includes(name));
  const unknown = applied.filter((name) => !names.includes(name));
  const isOneAhead = unknown.length === 1 && missing.length === 0;
  return { applied, missing, unknown, tooNew: unknown.length > 0 && !isOneAhead };
}
