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
  /** Closes connections that are still open. */
  drop(): Promise<void>;
}

/** A new, empty database on the run's PostgreSQL. */
export async function createPostgresDatabase(): Promise<PostgresDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}`);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
