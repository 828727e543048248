import { type Check, failed, ok, skipped } from '../check.ts';
import type { Patient } from './patient.ts';

export const storeChecks: readonly Check<Patient>[] = [
  {
    name: 'database',
    needs: ['settings'],
    async examine(patient) {
      const { database } = patient.settings();
      if (database.kind === 'memory') return skipped('users are kept in memory and lost on exit');
      if (database.kind === 'redis') return skipped('users are kept in the Redis above');
      await patient.schema();
      return ok(`${database.kind} answers at ${placeOf(patient)}`);
    },
    mend: (patient) => {
      const { database } = patient.settings();
      return database.kind === 'sqlite'
        ? `npm start makes the file; or export DATABASE_URL=sqlite:… to where it is`
        : `pg_isready --dbname "$DATABASE_URL"; psql "$DATABASE_URL" -c 'select 1'`;
    },
  },
  {
    name: 'schema',
    needs: ['database'],
    async examine(patient) {
      const { applied, missing, unknown, tooNew } = await patient.schema();
      if (tooNew) {
        const saw = `migrated by a newer version (${unknown.join(', ')})`;
        return failed(
          saw,
          'start that version or a later one, or restore a backup from before the migration',
        );
      }
      if (missing.length > 0)
        return failed(
          `not migrated: ${missing.join(', ')} missing`,
          'npm start (the service migrates when it starts)',
        );
      return ok(`${unknown.length > 0 ? 'one migration ahead' : 'up to date'}: ${applied.join(', ')}`);
    },
    mend: () => 'npm start (the service migrates when it starts)',
  },
];

function placeOf(patient: Patient): string {
  const { database } = patient.settings();
  if (database.kind === 'sqlite') return database.path;
  return database.kind === 'postgres' ? new URL(database.url.reveal()).host : database.kind;
}
