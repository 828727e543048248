import type { Environment, UsersInCloudNativePg } from '../environment/props.ts';
import { elsewhere, operated, standard } from './variants.ts';

/** A mistake that a person could write, and a part of the message that refuses it. */
export type Mistake = readonly [what: string, environment: unknown, refusal: string];

const wrong = (what: string, changed: object, refusal: string): Mistake => [
  what,
  { ...standard, ...changed },
  refusal,
];
const abroad = (what: string, changed: object, refusal: string): Mistake => [
  what,
  { ...elsewhere, ...changed },
  refusal,
];

const [ingress] = standard.exposure ?? [];
const [route] = elsewhere.exposure ?? [];
const here = standard.redis as Extract<Environment['redis'], { kind: 'here' }>;
const redis = (changed: object) => ({ redis: { ...here, ...changed } });
const pod = (changed: object) => ({ pod: changed });
const exposed = (changed: object) => ({ exposure: [{ ...ingress, ...changed }] });
const set = (settings: object) => ({ settings });
const relay = (changed: object) => ({ mail: { at: [{ namespace: 'mail' }], ...changed } });
const postgres = (changed: object) => ({
  users: { in: 'postgres', at: [{ cidr: '10.20.0.0/16' }], ...changed },
});

const { backup: { store } = {} } = operated.users as UsersInCloudNativePg;
const operator = (what: string, backup: object | undefined, refusal: string, more: object = {}): Mistake =>
  wrong(what, { users: { ...operated.users, backup, ...more } }, refusal);

/** Plausible mistakes. None may reach a manifest. */
export const ENVIRONMENT_MISTAKES: readonly Mistake[] = [
  wrong('a name that is not that of the file', { name: 'prod' }, 'name is "prod"'),
  wrong('a misspelt field', { replica: 3 }, 'replica is not a known field. The known fields are name, '),
  wrong('an image without a tag', { image: 'saferoute/user-management' }, 'image is'),
  wrong('the tag latest', { image: 'saferoute/user-management:latest' }, 'image is'),
  wrong('the tag of a branch', { image: 'saferoute/user-management:main' }, 'image is'),
  wrong('a major version alone', { image: 'saferoute/user-management:7' }, 'image is'),
  wrong('a minor version and a distribution', redis({ image: 'redis:7.2-bookworm' }), 'redis.image is'),
  wrong(
    'a digest that is cut off',
    { image: `saferoute/user-management@sha256:${'a'.repeat(63)}` },
    'image is',
  ),
  wrong('an image with capitals', { image: 'Registry/User:1.2.3' }, 'image is'),
  wrong('one replica at least', { replicas: { least: 1, most: 4, cpuPercent: 70 } }, 'replicas.least is 1'),
  wrong(
    'fewer replicas at most than at least',
    { replicas: { least: 4, most: 3, cpuPercent: 70 } },
    'replicas.most is 3',
  ),
  wrong('no replicas', { replicas: 0 }, 'replicas is 0. It must be a whole number from 1'),
  wrong('half a pod', { replicas: 2.5 }, 'replicas is 2.5'),
  wrong(
    'KEDA without a trigger',
    { replicas: { keda: { least: 2, most: 4, triggers: [] } } },
    'replicas.keda.triggers is []',
  ),
  wrong('CPU in millions', { resources: { cpu: '500M', memory: '384Mi' } }, 'resources.cpu is "500M"'),
  wrong('CPU under 50m', { resources: { cpu: '10m', memory: '384Mi' } }, 'resources.cpu is "10m"'),
  wrong(
    'memory in thousandths',
    { resources: { cpu: '500m', memory: '384m' } },
    'resources.memory is "384m"',
  ),
  wrong(
    'memory in a unit that does not exist',
    { resources: { cpu: '1', memory: '384MB' } },
    'resources.memory is "384MB"',
  ),
  wrong('memory as a number', { resources: { cpu: '1', memory: 384 } }, 'resources.memory is 384'),
  wrong('memory for no password', { resources: { cpu: '1', memory: '128Mi' } }, 'With ARGON2_MEMORY_KIB'),
  wrong(
    'a limit below its request',
    { resources: { cpu: '2', memory: '1Gi', limits: { cpu: '1' } } },
    'resources.limits.cpu is "1"',
  ),
  wrong('a setting that is a number', set({ REDIS_CACHE_TTL: 3600 }), 'settings.REDIS_CACHE_TTL is 3600'),
  wrong(
    'a setting that does not exist',
    set({ REDIS_CACHE_TLL: '60' }),
    'settings.REDIS_CACHE_TLL is not a known field',
  ),
  wrong(
    'a secret among the settings',
    set({ REDIS_PASSWORD: 'hunter2' }),
    'settings.REDIS_PASSWORD is a secret',
  ),
  wrong('development in a cluster', set({ APP_ENV: 'development' }), 'settings.APP_ENV is "development"'),
  wrong('logs for people', set({ LOG_FORMAT: 'pretty' }), 'settings.LOG_FORMAT is "pretty"'),
  wrong('a privileged port', set({ PORT: '80' }), 'settings.PORT is "80"'),
  wrong('a privileged internal port', set({ INTERNAL_PORT: '81' }), 'settings.INTERNAL_PORT is "81"'),
  wrong('one port for both', set({ INTERNAL_PORT: '8080' }), 'INTERNAL_PORT is "8080", as PORT is'),
  wrong('callers without a list', { callers: [{ namespace: 'shop' }] }, 'files lacks SERVICE_TOKENS_FILE'),
  wrong('a list without callers', { files: ['SERVICE_TOKENS_FILE'] }, 'callers is []'),
  wrong(
    'receivers without a list',
    { webhooks: [{ at: [{ namespace: 'shop' }] }] },
    'files lacks WEBHOOKS_FILE',
  ),
  wrong('a list without receivers', { files: ['WEBHOOKS_FILE'] }, 'webhooks is []'),
  wrong(
    'a list twice',
    { files: ['SERVICE_TOKENS_FILE', 'SERVICE_TOKENS_FILE'], callers: [{ namespace: 'shop' }] },
    'files is "SERVICE_TOKENS_FILE, SERVICE_TOKENS_FILE"',
  ),
  wrong('a file of another kind', { files: ['REDIS_TLS_CA_FILE'] }, 'files.0'),
  wrong(
    'the path of the list',
    set({ SERVICE_TOKENS_FILE: '/etc/list.json' }),
    'settings.SERVICE_TOKENS_FILE is',
  ),
  wrong('the loopback address', set({ HOST: '127.0.0.1' }), 'settings.HOST is "127.0.0.1"'),
  wrong('no delay before the stop', set({ SHUTDOWN_DELAY_MS: '0' }), 'settings.SHUTDOWN_DELAY_MS is "0"'),
  wrong('a database that Redis does not have', set({ REDIS_DB: '16' }), 'settings.REDIS_DB is "16"'),
  wrong('another Redis beside ours', set({ REDIS_HOST: 'cache' }), 'settings name another Redis'),
  wrong('a warm-up that Redis cannot hold', set({ CACHE_WARM_USERS: '900000' }), 'redis.memory is "2Gi"'),
  wrong(
    'a port beside sentinels',
    set({ REDIS_MODE: 'sentinel', REDIS_NODES: 'a:1', REDIS_PORT: '6379' }),
    'settings.REDIS_PORT is "6379"',
  ),
  wrong('no password for our Redis', { secrets: [] }, 'secrets is ""'),
  wrong('a Redis with hardly any memory', redis({ memory: '1Mi' }), 'redis.memory is "1Mi"'),
  wrong('a disk that no rewrite fits on', redis({ storage: '4Gi' }), 'redis.storage is "4Gi"'),
  wrong('an old Redis', redis({ image: 'redis:6.0.16' }), 'redis.image is "redis:6.0.16"'),
  wrong('Redis beside the service', { namespaces: { service: 'a', data: 'a' } }, 'namespaces.data is "a"'),
  wrong(
    'a namespace with a capital',
    { namespaces: { service: 'Accounts' } },
    'namespaces.service is "Accounts"',
  ),
  wrong(
    'a variable of the service as one that is not',
    { env: { LOG_LEVEL: 'debug' } },
    'env.LOG_LEVEL is not an allowed name',
  ),
  wrong(
    'a secret file as a variable',
    { env: { REDIS_PASSWORD_FILE: '/x' } },
    'env.REDIS_PASSWORD_FILE is not an allowed name',
  ),
  wrong('a variable with a dash', { env: { 'MY-VARIABLE': '1' } }, 'env.MY-VARIABLE is not an allowed name'),
  wrong('a variable that is a number', { env: { UV_THREADPOOL_SIZE: 8 } }, 'env.UV_THREADPOOL_SIZE is 8'),
  wrong('a label that overrides ours', { labels: { app: 'users' } }, 'labels.app is not an allowed name'),
  wrong(
    'another label that does',
    pod({ labels: { 'app.kubernetes.io/name': 'x' } }),
    'pod.labels.app.kubernetes.io/name',
  ),
  wrong('a label with a space', { labels: { team: 'my team' } }, 'labels.team is "my team"'),
  wrong('a label whose name is too long', { labels: { ['a'.repeat(64)]: 'x' } }, 'is not an allowed name'),
  wrong('an annotation with two slashes', { annotations: { 'a.b/c/d': 'x' } }, 'annotations.a.b/c/d'),
  wrong('a misspelt affinity', pod({ affinity: { nodeAffinty: {} } }), 'pod.affinity.nodeAffinty is'),
  wrong(
    'a toleration that does not exist',
    pod({ tolerations: [{ operator: 'Exist' }] }),
    'pod.tolerations.0.operator is "Exist"',
  ),
  wrong('a toleration that is not in a list', pod({ tolerations: { key: 'a' } }), 'pod.tolerations is'),
  wrong(
    'an affinity that stops rollouts',
    pod({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }],
        },
      },
    }),
    'pod.affinity.podAntiAffinity must not use',
  ),
  wrong(
    'a mount without a volume',
    pod({ volumeMounts: [{ name: 'x', mountPath: '/x' }] }),
    'pod.volumeMounts.0.name is "x"',
  ),
  wrong(
    'a mount over ours',
    pod({ volumes: [{ name: 'x', emptyDir: {} }], volumeMounts: [{ name: 'x', mountPath: '/tmp/x' }] }),
    'pod.volumeMounts.0.mountPath is "/tmp/x"',
  ),
  wrong(
    'a volume of the node',
    pod({ volumes: [{ name: 'x', hostPath: { path: '/' } }] }),
    'pods have no access to their node',
  ),
  wrong(
    'a sidecar that is root',
    pod({ sidecars: [{ name: 'x', image: 'x:1.2.3', securityContext: { runAsUser: 0 } }] }),
    'containers run as a user',
  ),
  wrong('a sidecar without an image', pod({ sidecars: [{ name: 'x' }] }), 'images are pinned'),
  wrong(
    'a pull secret as Kubernetes has it',
    pod({ imagePullSecrets: [{ name: 'registry' }] }),
    'pod.imagePullSecrets.0 is',
  ),
  wrong(
    'a budget with both bounds',
    { disruptionBudget: { maxUnavailable: 1, minAvailable: 1 } },
    'disruptionBudget is',
  ),
  wrong(
    'a budget that lets no node go',
    { disruptionBudget: { minAvailable: 3 } },
    'disruptionBudget.minAvailable is 3',
  ),
  wrong(
    'a share over 100',
    { disruptionBudget: { maxUnavailable: '250%' } },
    'disruptionBudget.maxUnavailable is "250%"',
  ),
  wrong('an exposure that is not in a list', { exposure: ingress }, 'exposure is'),
  wrong('a host with a scheme', exposed({ host: 'https://api.example' }), 'exposure.0.host is'),
  wrong(
    'an Ingress without a certificate',
    exposed({ tlsSecret: undefined }),
    'exposure.0.tlsSecret is missing',
  ),
  wrong('an Ingress without clients', exposed({ from: [] }), 'exposure.0.from is []'),
  wrong(
    'the world as the controller',
    exposed({ from: [{ cidr: '0.0.0.0/0' }] }),
    'exposure.0.from.0.cidr is',
  ),
  wrong(
    'two Ingresses of one name',
    { exposure: [ingress, ingress] },
    'exposure.1.name is "user-management"',
  ),
  wrong(
    'a filter that does not exist',
    { exposure: [{ ...route, filters: [{ type: 'Rewrite' }] }] },
    'exposure.0.filters.0.type is "Rewrite"',
  ),
  wrong(
    'a timeout without a unit',
    { exposure: [{ ...route, timeouts: { request: '10' } }] },
    'exposure.0.timeouts.request is "10"',
  ),
  wrong(
    'an API of breached passwords that the pods cannot reach',
    set({ BREACHED_PASSWORDS_URL: 'https://passwords.example/range' }),
    'breachedPasswords leaves out passwords.example',
  ),
  wrong(
    'an API of breached passwords outside of its peers',
    {
      ...set({ BREACHED_PASSWORDS_URL: 'http://[fd00:2::1]:8080/range' }),
      breachedPasswords: [{ cidr: 'fd00:1::/64' }],
    },
    'breachedPasswords leaves out fd00:2::1',
  ),
  wrong(
    'peers of an API that is not used',
    { breachedPasswords: [{ namespace: 'tools' }] },
    'settings.BREACHED_PASSWORDS_URL is missing',
  ),
  wrong(
    'a range API with a query',
    set({ BREACHED_PASSWORDS_URL: 'https://passwords.example/?range=' }),
    'settings.BREACHED_PASSWORDS_URL is',
  ),
  wrong('monitoring without scrapers', { monitoring: { labels: {} }, scrapers: [] }, 'scrapers is []'),
  wrong(
    'a path that ends in a slash',
    { externalSecrets: { store: 'vault', path: 'saferoute/' } },
    'externalSecrets.path is "saferoute/"',
  ),
  wrong(
    'a patch of what is not made',
    { patches: [{ kind: 'Deployment', name: 'users', pointer: '/spec/x', value: 1 }] },
    'patches.0.name is "users"',
  ),
  wrong(
    'a patch of nothing',
    { patches: [{ kind: 'Deployment', name: 'user-management', pointer: '/spec/a/b', value: 1 }] },
    'patches.0.pointer is "/spec/a/b"',
  ),
  wrong(
    'a patch that Kubernetes would drop',
    { patches: [{ kind: 'Deployment', name: 'user-management', pointer: '/spec/replica', value: 1 }] },
    'objects have no unknown fields: Deployment/user-management: spec.replica must not be set.',
  ),
  wrong(
    'a patch that breaks a policy',
    {
      patches: [
        {
          kind: 'Deployment',
          name: 'user-management',
          pointer: '/spec/template/spec/hostNetwork',
          value: true,
        },
      ],
    },
    'pods have no access to their node',
  ),
  wrong(
    'a waiver of no policy',
    { waivers: [{ policy: 'everything', reason: 'because I can' }] },
    'waivers.0.policy is "everything"',
  ),
  wrong(
    'a waiver without a reason',
    { waivers: [{ policy: 'images are pinned', reason: '' }] },
    'waivers.0.reason is ""',
  ),
  abroad(
    'a Redis without a host',
    { settings: {}, redis: { kind: 'elsewhere', at: [{ cidr: '10.30.0.0/24' }] } },
    'settings.REDIS_HOST is missing',
  ),
  abroad(
    'a Redis outside of its peers',
    { settings: { REDIS_HOST: '10.99.0.1' }, redis: { kind: 'elsewhere', at: [{ cidr: '10.30.0.0/24' }] } },
    'redis.at leaves out 10.99.0.1',
  ),
  abroad(
    'a Redis in another namespace',
    {
      settings: { REDIS_HOST: 'redis.cache.svc' },
      redis: { kind: 'elsewhere', at: [{ namespace: 'data' }] },
    },
    'redis.at leaves out redis.cache.svc',
  ),
  abroad(
    'an authority without TLS',
    { settings: { REDIS_MODE: 'sentinel', REDIS_NODES: 'a:1' } },
    'settings.REDIS_TLS is "false"',
  ),
  abroad(
    'an authority in two places',
    { redis: { ...elsewhere.redis, ca: { configMap: 'a', secret: 'b', key: 'c' } } },
    'redis.ca is',
  ),
  abroad(
    'more connections than PostgreSQL has',
    postgres({ poolSize: 20, maxConnections: 100 }),
    'users.maxConnections is 100',
  ),
  operator(
    'an object store without credentials',
    { store: { destinationPath: 's3://backups' } },
    'users.backup.store is',
  ),
  operator(
    'credentials of another provider',
    { store: { ...store, destinationPath: 'gs://backups' } },
    'users.backup.store is',
  ),
  operator(
    'half of the credentials',
    { store: { ...store, s3Credentials: { accessKeyId: { name: 'store', key: 'id' } } } },
    'users.backup.store.s3Credentials is',
  ),
  operator(
    'a misspelt member of the store',
    { store: { ...store, endpointUrl: 'https://s3.example' } },
    'users.backup.store.endpointUrl is',
  ),
  operator(
    'a password in the URL of the store',
    { store: { ...store, endpointURL: 'https://id:secret@s3.example' } },
    'users.backup.store.endpointURL is',
  ),
  operator('a schedule with seconds', { store, schedule: '0 0 2 * * *' }, 'users.backup.schedule is'),
  operator('a retention in words', { store, retention: '30 days' }, 'users.backup.retention is'),
  operator(
    'a recovery into the folder of the lost cluster',
    { store },
    'users.backup.serverName is "user-management-db"',
    {
      recovery: { serverName: 'user-management-db' },
    },
  ),
  operator('a recovery from nowhere', undefined, 'users.backup is missing', {
    recovery: { serverName: 'lost' },
  }),
  operator('a moment without a time zone', { store, serverName: 'users-2' }, 'users.recovery.targetTime is', {
    recovery: { serverName: 'user-management-db', targetTime: '2026-11-25 03:00' },
  }),
  wrong('a relay without a sender', relay({}), 'MAIL_FROM is unset. With SMTP_URL it must be'),
  wrong('a relay without a place', relay({ at: [] }), 'mail.at is []'),
  wrong('a host in place of addresses', relay({ at: [{ host: 'mail.example' }] }), 'mail.at.0'),
  wrong(
    'a relay by its URL',
    relay({ url: 'smtp://user:secret@mail.example' }),
    'mail.url is not a known field',
  ),
  wrong('the URL of the relay among the settings', set({ SMTP_URL: 'smtp://a:secret@b' }), 'is a secret'),
  wrong(
    'a sender without a relay',
    set({ MAIL_FROM: 'a@example.com' }),
    'settings.MAIL_FROM is "a@example.com", but',
  ),
  wrong(
    'a sender without an address',
    { ...relay({}), ...set({ MAIL_FROM: 'Example' }) },
    'settings.MAIL_FROM is "Example". It must be an address',
  ),
  wrong(
    'a link without TLS',
    { ...relay({}), ...set({ MAIL_FROM: 'a@example.com', LINK_RESET: 'http://app.example' }) },
    'LINK_RESET is "http://app.example/". It must begin with https:',
  ),
  wrong('the folder of the templates', set({ MAIL_TEMPLATES_DIR: '/etc/x' }), 'settings.MAIL_TEMPLATES_DIR'),
  wrong(
    'an own volume in place of the templates',
    {
      ...relay({ templates: 'templates' }),
      ...set({ MAIL_FROM: 'a@example.com' }),
      ...pod({ volumes: [{ name: 'mail-templates', emptyDir: {} }] }),
    },
    'pod.volumes.0.name is "mail-templates"',
  ),
  abroad('a port that does not exist', postgres({ port: 65_536 }), 'users.port is 65536'),
  abroad('a range that is none', postgres({ at: [{ cidr: '10.20.0.0/33' }] }), 'users.at.0 is'),
];
