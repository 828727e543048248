import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import type {} from './provide.ts';

/**
 * The run's Redis, with the logical database of this Vitest worker, which no other one uses at the same time.
 * An earlier test file may have left something in it. The server is everybody's: for more than data, start
 * one of your own.
 */
export function redisUrl(): string {
  const url = new URL(inject('redisUrl'));
  url.pathname = `/${process.env['VITEST_POOL_ID'] ?? '1'}`;
  return url.href;
}

export interface PostgresDatabase {
  readonly url: string;
  /** Runs statements as the owner of the database. */
  run(statements: string): Promise<void>;
  /** Closes connections that are still open. */
  drop(): Promise<void>;
}

/** A new, empty database on the run's PostgreSQL. */
export async function createPostgresDatabase(): Promise<PostgresDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const server = inject('postgresUrl');
  await run(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (statements) => run(url.href, statements),
    drop: () => run(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function run(url: string, statements: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}
