import type { Certificates } from '../certificates.ts';
import type { From, Place, Program } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { launch } from '../running/launch.ts';

export interface RedisServer extends Server {
  /** `redis://host:port`, or `rediss://…` with TLS, without user and password. */
  readonly url: string;
}

export interface RedisOptions {
  /** Additional arguments, such as `['--appendonly', 'yes']`. The default writes nothing to disk. */
  readonly args?: readonly string[];
  /**
   * The text of a configuration file, read before the arguments. A sentinel needs one that it can rewrite.
   */
  readonly config?: string;
  /** One ACL rule for each user, in the syntax of `ACL SETUSER`: `'app on >secret ~* +@all'`. */
  readonly users?: readonly string[];
  /** Serves only TLS. Clients need no certificate. */
  readonly tls?: Certificates;
  /** A cluster and sentinels need `'binary'`, because clients cannot use the addresses of containers. */
  readonly from?: From;
}

/** Starts a Redis for one test, which may harm it and must stop it. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const server = await launch(redis(options), options.from);
  const scheme = options.tls ? 'rediss' : 'redis';
  return Object.assign(server, { url: `${scheme}://${server.host}:${server.port}` });
}

const redis = (options: RedisOptions): Program => ({
  name: 'Redis',
  variables: 'TEST_REDIS',
  image: 'redis:7.0',
  port: 6379,
  folderInContainer: '/data',
  binary: 'redis-server',
  binaryFolders: [],
  package: 'redis-server',
  files: () => ({
    ...(options.config !== undefined && { 'redis.conf': options.config }),
    ...(options.tls && {
      'server.crt': options.tls.cert,
      'server.key': options.tls.key,
      'ca.crt': options.tls.ca,
    }),
  }),
  command: (place) => [
    'redis-server',
    ...(options.config === undefined ? [] : [`${place.files}/redis.conf`]),
    ...['--bind', place.bind, '--protected-mode', 'no', '--dir', place.folder, '--save', ''],
    // Enough logical databases for each worker of a large machine.
    ...['--databases', '256'],
    ...(options.tls ? tlsArguments(place) : ['--port', String(place.port)]),
    ...(options.users ?? []).flatMap((user) => ['--user', ...user.split(' ')]),
    ...(options.args ?? []),
  ],
  ready: /Ready to accept connections|Sentinel ID is/,
});

const tlsArguments = ({ port, files }: Place): readonly string[] => [
  ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
  ...['--tls-cert-file', `${files}/server.crt`, '--tls-key-file', `${files}/server.key`],
  // For tests in which the server asks clients for a certificate.
  ...['--tls-ca-cert-file', `${files}/ca.crt`],
];
