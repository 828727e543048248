import { DependencyUnavailable, type Logger } from '@user-management/domain';
import { Kysely } from 'kysely';
import { Client, type ClientConfig, Pool, type PoolConfig } from 'pg';
import { prepareSchema } from '../schema/prepare-schema.ts';
import type { Database, Tables } from '../schema/tables.ts';
import { naming } from '../statements/naming.ts';
import { Statements } from '../statements/statements.ts';
import { UnusableDatabase } from '../statements/unusable-database.ts';
import { type SqlStore, sqlStore } from '../stores/sql-store.ts';
import { checkComparison, checkDatabase, checkRights } from './check-database.ts';
import { diagnoseMigration, diagnosePostgres, refusesParameters } from './diagnose-postgres.ts';
import { followConfig } from './follow-config.ts';
import { guardPool } from './guarded-pool.ts';
import { LocklessPostgresDialect } from './postgres-dialect.ts';
import { PostgresError } from './postgres-error.ts';
import { pinTls, type TlsFiles } from './tls.ts';

export interface PostgresOptions {
  /**
   * A connection URL for `pg`, which may contain a password. `pinTls` explains `sslmode`. A function is asked
   * for each connection; only the user and the password may change.
   */
  readonly url: string | (() => string);
  readonly tls?: TlsFiles | undefined;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** The limit of open connections. */
  readonly poolSize: number;
  readonly logger: Logger;
}

/**
 * The client waits this much longer than the server's own timeout, which also frees the server. The client's
 * timeout is for a server that does not answer.
 */
const GRACE_MS = 500;

/**
 * A caller waits this much longer than the server's own timeout in all: for its turn, for a connection and
 * for the answer.
 */
const LONGEST_GRACE_MS = 750;

/** The limit of a migration, including the wait for the migration of another replica. */
const MIGRATION_MS = 60_000;

/** The pool replaces old connections, so that they also reach new nodes of a cluster. */
const CONNECTION_LIFETIME_S = 1_800;

/**
 * Connects to PostgreSQL, or to a database with its protocol, and migrates the schema.
 * @throws {SchemaTooNew | UnusableDatabase | DependencyUnavailable} the last one with a cause that names the
 * server and contains no secret.
 */
export async function openPostgres(options: PostgresOptions): Promise<SqlStore> {
  const { url, tls } = options;
  const server = {
    Client: clientOf(followConfig(() => pinTls(typeof url === 'string' ? url : url(), tls), options.logger)),
    fallback_application_name: 'user-management',
    keepAlive: true,
  };
  const { host, port } = new server.Client();
  return naming(`PostgreSQL at ${host}:${port}`, async () => {
    const dataset = await migrate(server, options);
    return serve(server, dataset, options);
  });
}

/** A client with the parameters of the moment in which it is made. The pool makes one for each connection. */
const clientOf = (parameters: () => ClientConfig) =>
  class extends Client {
    constructor(config?: ClientConfig) {
      super({ ...config, ...parameters() });
    }
  };

async function migrate(server: PoolConfig, { connectTimeoutMs, logger }: PostgresOptions): Promise<string> {
  const db = connect(
    { ...server, max: 1, connectionTimeoutMillis: connectTimeoutMs, query_timeout: MIGRATION_MS },
    logger,
  );
  try {
    const statements = new Statements(diagnoseMigration, MIGRATION_MS);
    await statements.run(() => checkDatabase(db));
    const dataset = await prepareSchema(db, statements, logger);
    await statements.run(() => checkRights(db));
    await statements.run(() => checkComparison(db));
    return dataset;
  } catch (error) {
    throw lacksRights(error) ? new UnusableDatabase(adviseRights(error), { cause: error }) : error;
  } finally {
    await db.destroy();
  }
}

/** insufficient_privilege */
const lacksRights = (error: unknown): error is PostgresError =>
  error instanceof PostgresError && error.code === '42501';

const adviseRights = ({ message }: PostgresError): string =>
  `${message}. Start this version once as the owner of the tables: it creates or changes them. Afterwards ` +
  'the role of DATABASE_URL only reads and writes them.';

type Limits = Pick<ClientConfig, 'statement_timeout' | 'lock_timeout'>;

async function serve(server: PoolConfig, dataset: string, options: PostgresOptions): Promise<SqlStore> {
  const { connectTimeoutMs, statementTimeoutMs, poolSize, logger } = options;
  const open = (limits: Limits): SqlStore => {
    const pool: PoolConfig = {
      ...server,
      ...limits,
      max: poolSize,
      maxLifetimeSeconds: CONNECTION_LIFETIME_S,
      // This also limits the wait of a statement for a free connection.
      connectionTimeoutMillis: Math.min(connectTimeoutMs, statementTimeoutMs),
      query_timeout: statementTimeoutMs + GRACE_MS,
    };
    const statements = new Statements(
      diagnosePostgres,
      statementTimeoutMs,
      statementTimeoutMs + LONGEST_GRACE_MS,
    );
    return sqlStore(connect(pool, logger), dataset, statements, logger);
  };
  // A statement that waits for a lock has changed nothing yet, so it can fail earlier.
  const store = open({
    statement_timeout: statementTimeoutMs,
    lock_timeout: Math.ceil(statementTimeoutMs / 2),
  });
  try {
    await store.check();
    return store;
  } catch (error) {
    await store.close();
    if (!(error instanceof DependencyUnavailable) || !refusesParameters(error.cause)) throw error;
  }
  // A SET statement would not help: behind such a pooler the next statement may run in another session.
  logger.warn(
    { statement_timeout_ms: statementTimeoutMs },
    'The pooler before PostgreSQL does not pass on statement_timeout and lock_timeout: ' +
      'set them for the role there.',
  );
  return open({});
}

function connect(config: PoolConfig, logger: Logger): Database {
  const pool = new Pool(config);
  // The pool replaces a broken idle connection on demand. Without a listener, the 'error' event would end the
  // process.
  pool.on('error', (err) => {
    logger.warn({ err }, 'An idle connection to PostgreSQL broke. The pool opens a new one on demand.');
  });
  return new Kysely<Tables>({ dialect: new LocklessPostgresDialect({ pool: guardPool(pool) }) });
}
