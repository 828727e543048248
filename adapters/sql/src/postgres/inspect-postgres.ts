import { Client, DatabaseError } from 'pg';
import { APPLIED_MIGRATIONS, type SchemaState, schemaState } from '../schema/schema-state.ts';
import { pinTls } from './tls.ts';

/** undefined_table */
const NO_TABLE = '42P01';

/**
 * Reads the state of the schema. It changes nothing.
 * @throws {Error} when the server cannot be reached, refuses the user or does not answer in time.
 */
export async function inspectPostgres(url: string, timeoutMs: number): Promise<SchemaState> {
  const client = new Client({
    connectionString: pinTls(url),
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  });
  // The pending promise also reports a broken connection.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>(APPLIED_MIGRATIONS);
    return schemaState(rows);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === NO_TABLE) return schemaState([]);
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
