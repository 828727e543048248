import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { ConnectionLost, endsConnection } from './diagnose-postgres.ts';
import { PostgresError } from './postgres-error.ts';

/**
 * A pool as Kysely wants it, which adds what pg leaves to whoever takes connections out by hand: one that
 * breaks meanwhile does not end the process with an 'error' event that nobody listens to, and one that did
 * not answer in time is not used again, because whatever is asked next would wait behind the unanswered
 * statement.
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
    // Kysely's type also has cursors, which nothing here uses.
    query: query as PostgresPoolClient['query'],
    release: (destroy = false) => {
      client.off('error', onError);
      client.release(isLost || destroy);
    },
  };
}

/**
 * What the server itself says has a code; everything else that fails here is the way to it. No error of the
 * driver gets out.
 */
async function orConnectionLost<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof DatabaseError ? new PostgresError(error) : new ConnectionLost(error);
  }
}
