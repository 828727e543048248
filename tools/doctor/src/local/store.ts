import { existsSync } from 'node:fs';
import { type Check, failed, ok, skipped } from '../check.ts';
import type { Patient } from './patient.ts';

export const storeChecks: readonly Check<Patient>[] = [
  {
    name: 'database',
    needs: ['settings'],
    async examine(patient) {
      const { database } = patient.settings();
      if (database.kind === 'memory') return skipped('The users are in memory, and are lost on exit.');
      if (database.kind === 'redis') return skipped('The users are in the Redis above.');
      if (database.kind === 'sqlite' && !existsSync(database.path)) {
        return skipped(`There is no file ${database.path} yet. The service creates it at its first start.`);
      }
      await patient.schema();
      return ok(`${database.kind} answers at ${placeOf(patient)}.`);
    },
    mend: (patient) => {
      const { database } = patient.settings();
      return database.kind === 'sqlite'
        ? 'export DATABASE_URL=sqlite:…, the path of an SQLite database that this user may read'
        : `pg_isready --dbname "$DATABASE_URL"; psql "$DATABASE_URL" -c 'select 1'`;
    },
  },
  {
    name: 'schema',
    needs: ['database'],
    async examine(patient) {
      const { applied, missing, unknown, tooNew } = await patient.schema();
      if (tooNew) {
        const saw = `A newer version of the service has migrated the database (${unknown.join(', ')}).`;
        return failed(
          saw,
          'start that version or a later one, or restore a backup from before the migration',
        );
      }
      if (missing.length > 0)
        return failed(
          `Migrations are missing: ${missing.join(', ')}.`,
          'npm start (the service migrates when it starts)',
        );
      return ok(
        `The schema is ${unknown.length > 0 ? 'one migration ahead' : 'up to date'}: ${applied.join(', ')}.`,
      );
    },
    mend: () => 'npm start (the service migrates when it starts)',
  },
];

function placeOf(patient: Patient): string {
  const { database } = patient.settings();
  if (database.kind === 'sqlite') return database.path;
  return database.kind === 'postgres' ? new URL(database.url.reveal()).host : database.kind;
}
