import { randomBytes } from 'node:crypto';
import { Client, type QueryResult } from 'pg';
import { inject } from 'vitest';
import type {} from './provide.ts';

/**
 * The shared Redis of the run, with a logical database for this Vitest worker alone. Earlier test files may
 * have left data in it. A test that harms the server must start its own.
 */
export function redisUrl(): string {
  const url = new URL(inject('redisUrl'));
  url.pathname = `/${process.env['VITEST_POOL_ID'] ?? '1'}`;
  return url.href;
}

type Row = Readonly<Record<string, unknown>>;

export interface PostgresDatabase {
  readonly url: string;
  /** Runs statements as the owner of the database. @returns the rows of the last one. */
  run(statements: string): Promise<readonly Row[]>;
  /** Drops the database and closes its open connections. */
  drop(): Promise<void>;
}

/** Creates an empty database on the shared PostgreSQL of the run. */
export async function createPostgresDatabase(): Promise<PostgresDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const server = inject('postgresUrl');
  // The other strategy writes the template to the log, which takes twice the time.
  await run(server, `CREATE DATABASE ${name} STRATEGY FILE_COPY`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (statements) => run(url.href, statements),
    async drop() {
      await run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

async function run(url: string, statements: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const results: QueryResult<Row> | QueryResult<Row>[] = await client.query(statements);
    return [results].flat().at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}
