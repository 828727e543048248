import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Settings } from '@user-management/settings';
import { type Check, failed, type Finding, ok } from '../check.ts';
import { type Node, openPort } from './open-port.ts';
import type { Patient } from './patient.ts';
import { redisAnswer } from './redis-answer.ts';
import { redisCli } from './redis-cli.ts';
import { examinePlain, examineTls } from './tls.ts';

/** How the service gets to Redis, a step at a time, so that it shows which one fails. */
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
      const examine = (node: Node) => (tls ? examineTls(node, tls.ca) : examinePlain(node));
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
        return ok(describeLogin(patient.settings()));
      } catch (error) {
        const message = redisAnswer(error);
        return failed(message, mendLogin(message, patient));
      }
    },
    mend: (patient) => mendLogin('', patient),
  },
];

/** Sentinels and the nodes of a cluster often say the same. */
const lines = (all: readonly string[]): string => [...new Set(all)].join('\n');

const nodes = (patient: Patient): readonly Node[] => patient.settings().redis.nodes;

async function resolve({ host }: Node): Promise<string> {
  if (isIP(host) !== 0) return `${host} is an address`;
  const addresses = await lookup(host, { all: true });
  return `${host} is ${addresses.map(({ address }) => address).join(', ')}`;
}

async function knock({ host, port }: Node): Promise<string> {
  const started = performance.now();
  const socket = await openPort({ host, port });
  socket.destroy();
  return `${host}:${port} accepts connections (${(performance.now() - started).toFixed(1)} ms)`;
}

/** Names that only a cluster knows are the usual reason outside one. */
const forward = (patient: Patient): string =>
  nodes(patient)[0]?.host.endsWith('.svc.cluster.local') && !patient.env['KUBERNETES_SERVICE_HOST']
    ? '; that name is known inside the cluster alone: kubectl port-forward --namespace data ' +
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
  if (!redis.password) return 'none is set, and Redis asks for none';
  return redis.username === undefined ? 'accepted' : 'accepted, for the user of REDIS_USERNAME';
}

/** What Redis answers, and what it means here. */
const LOGIN_FAULTS: readonly (readonly [RegExp, (patient: Patient) => string])[] = [
  [
    /^WRONGPASS/,
    (patient) =>
      `export REDIS_PASSWORD=… as Redis has it (try: ${cli(patient)} PING); in Kubernetes: npm run ` +
      'doctor -- --cluster compares the Secrets',
  ],
  [/^NOAUTH|HELLO must be called/, () => 'export REDIS_PASSWORD=…: Redis asks for one, and none is set'],
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
