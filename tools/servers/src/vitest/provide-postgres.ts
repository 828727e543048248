import type { TestProject } from 'vitest/node';
import { startPostgres } from '../postgres.ts';
import { provide } from './provide.ts';

/** A global setup of Vitest. */
export default (project: TestProject) => provide(project, 'postgresUrl', 'TEST_POSTGRES_URL', startPostgres);
