import { RecordingLogger } from '@user-management/conformance';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@user-management/domain';
import { createPostgresDatabase } from '@user-management/servers';
import { type Dialect, Kysely, type LogEvent } from 'kysely';
import { Pool } from 'pg';
import { openPostgres, type PostgresOptions } from '../postgres/open-postgres.ts';
import { LocklessPostgresDialect } from '../postgres/postgres-dialect.ts';
import type { Database, Tables } from '../schema/tables.ts';
import { NodeSqliteDialect } from '../sqlite/node-sqlite-dialect.ts';
import { openSqlite } from '../sqlite/open-sqlite.ts';
import { openFile } from '../sqlite/sqlite-file.ts';
import type { SqlStore } from '../stores/sql-store.ts';
import { afterwards } from './clean-up.ts';

/** The path of a new file in a folder that is removed after the test. */
export async function sqliteFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  afterwards(() => rm(folder, { recursive: true }));
  return join(folder, 'users.db');
}

/** The URL of a new database that is dropped after the test. */
export async function postgresUrl(): Promise<string> {
  const database = await createPostgresDatabase();
  afterwards(() => database.drop());
  return database.url;
}

export async function onSqlite(path: string, logger: Logger = new RecordingLogger()): Promise<SqlStore> {
  return closedAfterwards(await openSqlite({ path, logger }));
}

export async function onPostgres(
  url: PostgresOptions['url'],
  options: Partial<PostgresOptions> = {},
): Promise<SqlStore> {
  const defaults = {
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    poolSize: 5,
    logger: new RecordingLogger(),
  };
  return closedAfterwards(await openPostgres({ ...defaults, ...options, url }));
}

/** Direct access to the tables, for operations that the store does not have. */
export async function rawSqlite(path: string, log?: Log): Promise<Database> {
  return destroyedAfterwards(new NodeSqliteDialect(await openFile(path)), log);
}

export function rawPostgres(url: string, log?: Log): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 3 });
  return Promise.resolve(destroyedAfterwards(new LocklessPostgresDialect({ pool }), log));
}

/** Both engines with one interface. An address is a path or a URL. */
export const engines = [
  { name: 'SQLite', address: sqliteFile, open: onSqlite, raw: rawSqlite },
  {
    name: 'PostgreSQL',
    address: postgresUrl,
    open: (url: string, logger: Logger = new RecordingLogger()) => onPostgres(url, { logger }),
    raw: rawPostgres,
  },
] as const;

interface Replicated<Repository> {
  readonly repository: Repository;
  readonly replica: Repository;
  reopen(): Promise<Repository>;
}

/** Two stores over one database are two replicas of the service. */
export async function replicated<Repository>(
  open: () => Promise<SqlStore>,
  part: (store: SqlStore) => Repository,
): Promise<Replicated<Repository>> {
  const [one, other] = [await open(), await open()];
  return { repository: part(one), replica: part(other), reopen: async () => part(await open()) };
}

type Log = (event: LogEvent) => void;

function destroyedAfterwards(dialect: Dialect, log: Log = () => undefined): Database {
  const db = new Kysely<Tables>({ dialect, log });
  afterwards(() => db.destroy());
  return db;
}

function closedAfterwards(store: SqlStore): SqlStore {
  afterwards(() => store.close());
  return store;
}
