import type { Certificates } from '../certificates.ts';
import type { From, Place, Program } from '../program/program.ts';
import type { Server } from '../program/server.ts';
import { launch } from '../running/launch.ts';

export interface RedisServer extends Server {
  /** `redis://host:port`, or `rediss://…` with TLS; without user and password. */
  readonly url: string;
}

export interface RedisOptions {
  /**
   * As on the command line, after ours: `['--appendonly', 'yes']`. Without any, nothing is written to disk.
   */
  readonly args?: readonly string[];
  /** A configuration file's text, read before the arguments. Sentinel wants one that it can rewrite. */
  readonly config?: string;
  /** ACL rules, one user each, as `ACL SETUSER` takes them: `'app on >secret ~* +@all'`. */
  readonly users?: readonly string[];
  /** Serve TLS alone, on the one port that there is. Clients need not show a certificate. */
  readonly tls?: Certificates;
  /**
   * Cluster and Sentinel give their own addresses to clients, which those of containers are no good for:
   * `'binary'`.
   */
  readonly from?: From;
}

/** A Redis of the caller's own, who may harm it and has to stop it. */
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
  files: {
    ...(options.config !== undefined && { 'redis.conf': options.config }),
    ...(options.tls && {
      'server.crt': options.tls.cert,
      'server.key': options.tls.key,
      'ca.crt': options.tls.ca,
    }),
  },
  command: (place) => [
    'redis-server',
    ...(options.config === undefined ? [] : [`${place.files}/redis.conf`]),
    ...['--bind', place.bind, '--protected-mode', 'no', '--dir', place.folder, '--save', ''],
    // One logical database for each worker of a large machine.
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
  // For tests that have it ask clients for a certificate.
  ...['--tls-ca-cert-file', `${files}/ca.crt`],
];
