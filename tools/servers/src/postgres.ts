import { randomBytes } from 'node:crypto';
import type { Certificates } from './certificates.ts';
import type { From, Program } from './program/program.ts';
import type { Server } from './program/server.ts';
import { launch } from './running/launch.ts';

export interface PostgresServer extends Server {
  /** `postgres://postgres:…@host:port/postgres`: the superuser and its database. */
  readonly url: string;
}

export interface PostgresOptions {
  /** Additional arguments of the command line, such as `['-c', 'max_connections=10']`. */
  readonly args?: readonly string[];
  /** Accepts TLS as well as plain connections. */
  readonly tls?: Certificates;
  readonly from?: From;
}

/**
 * Starts a PostgreSQL for one test, which may harm it and must stop it. Acknowledged writes survive `kill`.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const password = randomBytes(16).toString('hex');
  const server = await launch(postgres(options, password), options.from);
  return Object.assign(server, {
    url: `postgres://postgres:${password}@${server.host}:${server.port}/postgres`,
  });
}

/** $0 is the data folder and $1 is the folder of the files. The arguments of the server follow. */
const SCRIPT = `
umask 077
files=$1; shift
if [ ! -e "$0/PG_VERSION" ]; then
  initdb --pgdata="$0" --username=postgres --pwfile="$files/password" --auth=scram-sha-256 \\
    --encoding=UTF8 --locale=C --no-sync
  echo "host all all all scram-sha-256" >> "$0/pg_hba.conf"
  # PostgreSQL accepts only a key that it owns and that no other user can read.
  if [ -e "$files/server.key" ]; then cp "$files/server.key" "$files/server.crt" "$0"; fi
fi
exec postgres -D "$0" "$@"
`;

const postgres = (options: PostgresOptions, password: string): Program => ({
  name: 'PostgreSQL',
  variables: 'TEST_POSTGRES',
  image: 'postgres:15',
  port: 5432,
  user: 'postgres',
  folderInContainer: '/tmp',
  binary: 'initdb',
  binaryFolders: ['/usr/lib/postgresql/*/bin'],
  package: 'postgresql',
  files: () => ({
    password,
    ...(options.tls && { 'server.crt': options.tls.cert, 'server.key': options.tls.key }),
  }),
  command: (place) => [
    ...['sh', '-ec', SCRIPT, `${place.folder}/data`, place.files],
    ...['-c', `listen_addresses=${place.bind}`, '-c', `port=${place.port}`, '-c', 'unix_socket_directories='],
    // Without fsync only a power cut loses data. A killed server does not.
    ...['-c', 'fsync=off', '-c', 'max_connections=200'],
    // In the data folder. By default it is in /dev/shm, where a killed server leaves it behind.
    ...['-c', 'dynamic_shared_memory_type=mmap'],
    ...(options.tls ? ['-c', 'ssl=on'] : []),
    ...(options.args ?? []),
  ],
  ready: /database system is ready to accept connections/,
});
