import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { ConnectionLost, endsConnection } from './diagnose-postgres.ts';
import { PostgresError } from './postgres-error.ts';

/**
 * A pool for Kysely that handles two failures of a checked-out connection, which pg leaves to the caller. A
 * connection that breaks does not end the process by an unhandled 'error' event. A connection that did not
 * answer in time is not reused, because the next statement would wait behind the unanswered one.
 */
export const guardPool = (pool: Pool): PostgresPool => ({
  options: pool.options,
  connect: async () => guard(await orConnectionLost(pool.connect())),
  end: () => pool.end(),
});

function guard(client: PoolClient): PostgresPoolClient {
  let isLost = false;
  const onError = (): void => {
    isLost = true;
  };
  client.on('error', onError);
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await orConnectionLost(client.query(sql, [...parameters]));
    } catch (error) {
      isLost ||= endsConnection(error);
      throw error;
    }
  };
  return {
    // Kysely's type also has cursors, which this service does not use.
    query: query as PostgresPoolClient['query'],
    release: (destroy = false) => {
      client.off('error', onError);
      client.release(isLost || destroy);
    },
  };
}

/**
 * An error of the server has a code. Every other error is about the connection. No error of the driver leaves
 * this module.
 */
async function orConnectionLost<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof DatabaseError ? new PostgresError(error) : new ConnectionLost(error);
  }
}
