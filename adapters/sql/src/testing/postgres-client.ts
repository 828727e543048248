import { Client } from 'pg';
import { afterwards } from './clean-up.ts';

/** A separate connection that plays another client of the database. */
export async function postgresClient(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  afterwards(() => client.end());
  return client;
}

/** Resolves when a statement on this database waits for a lock. The client must not be in a transaction. */
export async function untilSomebodyWaits(client: Client): Promise<void> {
  const query = `select 1 from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  while ((await client.query(query)).rowCount === 0);
}
