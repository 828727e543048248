import { Client, type ClientConfig } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { makeCertificates } from './certificates.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
import { createPostgresDatabase } from './vitest/worker.ts';

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function start(options?: PostgresOptions): Promise<PostgresServer> {
  const server = await startPostgres(options);
  opened.push(() => server.stop());
  return server;
}

async function connect(connectionString: string, options: ClientConfig = {}): Promise<Client> {
  const client = new Client({ connectionString, ...options });
  client.on('error', () => undefined);
  await client.connect();
  opened.push(() => client.end().catch(() => undefined));
  return client;
}

const one = async (client: Client, query: string): Promise<unknown> => {
  const { rows } = await client.query<Record<string, unknown>>(query);
  return Object.values(rows[0] ?? {})[0];
};

describe('createPostgresDatabase', () => {
  it('creates a new database for each call', async () => {
    const [first, second] = [await createPostgresDatabase(), await createPostgresDatabase()];
    opened.push(
      () => first.drop(),
      () => second.drop(),
    );
    await (await connect(first.url)).query('CREATE TABLE here ()');
    expect(await one(await connect(second.url), "SELECT to_regclass('here')")).toBeNull();
  });

  it('drops the database even while a client is connected', async () => {
    const database = await createPostgresDatabase();
    await connect(database.url);
    await database.drop();
    await expect(connect(database.url)).rejects.toThrow('does not exist');
  });
});

describe('startPostgres', { timeout: 30_000 }, () => {
  it('keeps acknowledged writes over a crash, on the same port', async () => {
    const server = await start();
    await (await connect(server.url)).query('CREATE TABLE kept AS SELECT 1 AS value');
    await server.kill();
    await expect(connect(server.url)).rejects.toThrow('ECONNREFUSED');
    await server.restart();
    expect(await one(await connect(server.url), 'SELECT value FROM kept')).toBe(1);
  });

  it('answers nothing while it is paused, even on open connections', async () => {
    const server = await start();
    const client = await connect(server.url);
    await server.pause();
    let answered = false;
    const answer = one(client, 'SELECT 1').finally(() => (answered = true));
    await expect(connect(server.url, { connectionTimeoutMillis: 300 })).rejects.toThrow('timeout');
    expect(answered).toBe(false);
    await server.resume();
    expect(await answer).toBe(1);
  });

  it('serves TLS with the given certificate', async () => {
    const tls = await makeCertificates();
    const server = await start({ tls });
    const client = await connect(server.url, { ssl: { ca: tls.ca } });
    expect(await one(client, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toBe(true);
    await expect(connect(server.url, { ssl: true })).rejects.toThrow(/certificate/);
  });

  it('refuses a client without the password', async () => {
    const server = await start({ args: ['-c', 'log_connections=on'] });
    const url = new URL(server.url);
    url.password = 'wrong';
    await expect(connect(url.href)).rejects.toThrow('password authentication failed');
  });
});
