import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Session } from '@user-management/redis/small';
import type { Settings } from '@user-management/settings';
import { type Check, failed, type Finding, ok, warning } from '../check.ts';
import { type Node, openPort } from './open-port.ts';
import type { Patient } from './patient.ts';
import { redisAnswer } from './redis-answer.ts';
import { redisCli } from './redis-cli.ts';
import { examinePlain, examineTls } from './tls.ts';

/** The connection of the service to Redis. Each step is a check, so that the failing step shows. */
export const connectionChecks: readonly Check<Patient>[] = [
  {
    name: 'Redis name',
    needs: ['settings'],
    examine: async (patient) => ok(lines(await Promise.all(nodes(patient).map(resolve)))),
    mend: (patient) =>
      'export REDIS_HOST=…, a name that resolves (try: getent hosts ' +
      `${nodes(patient)[0]?.host}${forward(patient)})`,
  },
  {
    name: 'Redis port',
    needs: ['Redis name'],
    examine: async (patient) => ok(lines(await Promise.all(nodes(patient).map(knock)))),
    mend: (patient) => startRedis(patient),
  },
  {
    name: 'TLS',
    needs: ['Redis port'],
    async examine(patient) {
      const { tls } = patient.settings().redis;
      const examine = (node: Node) => (tls ? examineTls(node, tls.ca?.reveal()) : examinePlain(node));
      return worst(await Promise.all(nodes(patient).map(examine)));
    },
    mend: () => 'export REDIS_TLS=true where Redis speaks TLS, REDIS_TLS=false where it does not',
  },
  {
    name: 'password',
    needs: ['TLS'],
    async examine(patient) {
      try {
        await patient.redis();
        return (await asksForNoPassword(patient))
          ? warning(NO_PASSWORD_NEEDED, requirePassword(patient))
          : ok(describeLogin(patient.settings()));
      } catch (error) {
        const message = redisAnswer(error);
        return failed(message, mendLogin(message, patient));
      }
    },
    mend: (patient) => mendLogin('', patient),
  },
];

/** Several sentinels or nodes of a cluster often give the same line. */
const lines = (all: readonly string[]): string => [...new Set(all)].join('\n');

const nodes = (patient: Patient): readonly Node[] => patient.settings().redis.nodes;

async function resolve({ host }: Node): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address.`;
  const addresses = await lookup(host, { all: true });
  return `${host} resolves to ${addresses.map(({ address }) => address).join(', ')}.`;
}

async function knock({ host, port }: Node): Promise<string> {
  const started = performance.now();
  const socket = await openPort({ host, port });
  socket.destroy();
  return `${host}:${port} accepts connections (${(performance.now() - started).toFixed(1)} ms).`;
}

/** Outside a cluster, the usual reason is a name that only the cluster knows. */
const forward = (patient: Patient): string =>
  nodes(patient)[0]?.host.endsWith('.svc.cluster.local') && !patient.env['KUBERNETES_SERVICE_HOST']
    ? '; only the cluster knows that name: kubectl port-forward --namespace data ' +
      'service/redis 6379:6379, then REDIS_HOST=localhost'
    : '';

function startRedis(patient: Patient): string {
  const { host = '', port = 0 } = nodes(patient)[0] ?? {};
  if (patient.env['KUBERNETES_SERVICE_HOST'])
    return 'kubectl get pods,service --namespace data --selector app=redis';
  const isHere = ['localhost', '127.0.0.1', '::1'].includes(host);
  return isHere
    ? `redis-server --port ${port}`
    : `nc -zv ${host} ${port} from here and from the machine of Redis: a firewall, or no Redis`;
}

const worst = (findings: readonly Finding[]): Finding =>
  findings.find(({ status }) => status === 'failed') ?? ok(lines(findings.map(({ saw }) => saw)));

function describeLogin({ redis }: Settings): string {
  if (!redis.password) return 'REDIS_PASSWORD is not set, and Redis asks for no password.';
  return redis.username === undefined
    ? 'Redis accepted the password.'
    : 'Redis accepted the password of the user in REDIS_USERNAME.';
}

const NO_PASSWORD_NEEDED =
  'REDIS_PASSWORD is set, but the default user of Redis needs no password: every client gets in.';

/** `requirepass` protects the default user. The doctor does not know of an ACL file. */
const requirePassword = (patient: Patient): string =>
  `Set requirepass in redis.conf, or now: ${cli(patient)} CONFIG SET requirepass "$REDIS_PASSWORD"`;

async function asksForNoPassword(patient: Patient): Promise<boolean> {
  if (!patient.settings().redis.password) return false;
  const redis = await patient.redis();
  const users = await redis.each(readDefaultUser);
  return users.some((flags) => flags.includes('on') && flags.includes('nopass'));
}

interface User {
  readonly flags?: unknown;
}

/** The flags of the default user. None when this user may not read them. */
async function readDefaultUser(session: Session): Promise<readonly unknown[]> {
  try {
    // A map in RESP3, or a flat list in RESP2.
    const user: unknown = await session.send(['ACL', 'GETUSER', 'default']);
    const flags = Array.isArray(user) ? (user as unknown[])[user.indexOf('flags') + 1] : (user as User).flags;
    return Array.isArray(flags) ? (flags as unknown[]) : [];
  } catch {
    return [];
  }
}

/** The answers of Redis, and the command against the cause of each. */
const LOGIN_FAULTS: readonly (readonly [RegExp, (patient: Patient) => string])[] = [
  [
    /^WRONGPASS/,
    (patient) =>
      `export REDIS_PASSWORD=… to the password of Redis (try: ${cli(patient)} PING); in Kubernetes: ` +
      'npm run doctor -- --cluster compares the Secrets',
  ],
  [/^NOAUTH|HELLO must be called/, () => 'export REDIS_PASSWORD=…: Redis requires one, and none is set'],
  [
    /^NOPERM/,
    (patient) => `${cli(patient)} ACL SETUSER … +@all ~*: the user lacks the right to what the message names`,
  ],
  [/^LOADING/, (patient) => `${cli(patient)} INFO persistence: Redis is still reading its data; wait`],
  [
    /replica/,
    (patient) =>
      `${cli(patient)} INFO replication names the primary: export REDIS_HOST=… to it, or let sentinels ` +
      'find it (REDIS_MODE=sentinel)',
  ],
];

function mendLogin(message: string, patient: Patient): string {
  const known = LOGIN_FAULTS.find(([pattern]) => pattern.test(message));
  return known ? known[1](patient) : `${cli(patient)} PING`;
}

const cli = (patient: Patient): string => redisCli(patient);
