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
import { afterAllTests, afterwards, type CleanUp } from './clean-up.ts';

/** The path of a new file in a folder that is removed later. */
export async function sqliteFile(later: CleanUp = afterwards): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  later(() => rm(folder, { recursive: true }));
  return join(folder, 'users.db');
}

/** The URL of a new database that is dropped later. */
export async function postgresUrl(later: CleanUp = afterwards): Promise<string> {
  const database = await createPostgresDatabase();
  later(() => database.drop());
  return database.url;
}

export async function onSqlite(
  path: string,
  logger: Logger = new RecordingLogger(),
  later?: CleanUp,
): Promise<SqlStore> {
  return closed(await openSqlite({ path, logger }), later);
}

export async function onPostgres(
  url: PostgresOptions['url'],
  options: Partial<PostgresOptions> = {},
  later?: CleanUp,
): Promise<SqlStore> {
  const defaults = {
    connectTimeoutMs: 5_000,
    statementTimeoutMs: 5_000,
    poolSize: 5,
    logger: new RecordingLogger(),
  };
  return closed(await openPostgres({ ...defaults, ...options, url }), later);
}

/** Direct access to the tables, for operations that the store does not have. */
export async function rawSqlite(path: string, log?: Log, later?: CleanUp): Promise<Database> {
  return destroyed(new NodeSqliteDialect(await openFile(path)), log, later);
}

export function rawPostgres(url: string, log?: Log, later?: CleanUp): Promise<Database> {
  const pool = new Pool({ connectionString: url, max: 3 });
  // A pool is closed before PostgreSQL knows it. So the end of the database may still be told to the pool.
  pool.on('error', () => undefined);
  return Promise.resolve(destroyed(new LocklessPostgresDialect({ pool }), log, later));
}

/** Both engines with one interface. An address is a path or a URL. */
export const engines = [
  { name: 'SQLite', address: sqliteFile, open: onSqlite, raw: rawSqlite },
  {
    name: 'PostgreSQL',
    address: postgresUrl,
    open: (url: string, logger: Logger = new RecordingLogger(), later?: CleanUp) =>
      onPostgres(url, { logger }, later),
    raw: rawPostgres,
  },
] as const;

interface Replicated<Repository> {
  readonly repository: Repository;
  readonly replica: Repository;
  reopen(): Promise<Repository>;
  /** What the first one has logged. */
  readonly logger: RecordingLogger;
  /** Direct access to the tables. */
  readonly db: Database;
}

/**
 * Two stores over one database are two replicas of the service. All tests of a file share them, because a
 * database and its connections cost more than most tests. Each test begins with empty tables. To be called
 * outside of the tests.
 */
export function shareReplicas<Repository>(
  { address, open, raw }: (typeof engines)[number],
  part: (store: SqlStore) => Repository,
): () => Promise<Replicated<Repository>> {
  const later = afterAllTests();
  const start = async () => {
    const where = await address(later);
    const logger = new RecordingLogger();
    const [one, other] = [await open(where, logger, later), await open(where, undefined, later)];
    return { where, one, other, logger, db: await raw(where, undefined, later) };
  };
  let started: ReturnType<typeof start> | undefined;
  return async () => {
    const { where, one, other, ...shared } = await (started ??= start());
    await empty(shared.db);
    const reopen = async () => part(await open(where));
    return { repository: part(one), replica: part(other), reopen, ...shared };
  };
}

const ABOUT_THE_SCHEMA: readonly string[] = ['users_meta', 'users_migration'];

/** Removes all rows but those about the schema. */
async function empty(db: Database): Promise<void> {
  for (const { name } of await db.introspection.getTables()) {
    if (!ABOUT_THE_SCHEMA.includes(name)) await db.deleteFrom(name as keyof Tables).execute();
  }
}

type Log = (event: LogEvent) => void;

function destroyed(dialect: Dialect, log: Log = () => undefined, later: CleanUp = afterwards): Database {
  const db = new Kysely<Tables>({ dialect, log });
  later(() => db.destroy());
  return db;
}

function closed(store: SqlStore, later: CleanUp = afterwards): SqlStore {
  later(() => store.close());
  return store;
}
