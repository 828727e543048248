import { VARIABLE_NAMES, VARIABLES } from '@user-management/settings';
import { z } from 'zod';
import { DEFAULT_NAMESPACES, POSTGRES_PORT } from '../kit/identity.ts';
import * as f from './fields.ts';
import { type Fault, podFaults, routeFaults } from './kubernetes.ts';
import { backup, recovery } from './postgres-backup-schema.ts';
import type * as props from './props.ts';
import { FILE_VARIABLES, PLAIN_VARIABLES, type PlainVariable, SECRET_VARIABLES } from './wired-variables.ts';

/** Reports each fault at its own place. */
const each =
  <T>(faults: (value: T) => readonly Fault[]) =>
  (input: T, context: z.RefinementCtx<T>) => {
    for (const { path, accepts } of faults(input)) {
      context.addIssue({ code: 'custom', path: [...path], message: accepts, input });
    }
  };

/** A value that Kubernetes defines. `podFaults` checks it. */
const kubernetes = <T>() => z.record(z.string(), z.unknown(), 'an object') as unknown as z.ZodType<T, T>;

const ca = f
  .object({ configMap: f.hostName.optional(), secret: f.hostName.optional(), key: f.key })
  .refine(
    ({ configMap, secret }) => (configMap === undefined) !== (secret === undefined),
    '{ configMap, key } or { secret, key }',
  )
  .meta({ id: 'CertificateAuthority' });

const clientCertificate = f
  .object({ secret: f.hostName, cert: f.key.default('tls.crt'), key: f.key.default('tls.key') })
  .meta({ id: 'ClientCertificate' });

const pod = f
  .object({
    labels: f.moreLabels.optional(),
    annotations: f.annotations.optional(),
    nodeSelector: f.labels.optional(),
    tolerations: z
      .array(kubernetes<NonNullable<props.PodOptions['tolerations']>[number]>(), 'a list')
      .optional(),
    affinity: kubernetes<NonNullable<props.PodOptions['affinity']>>().optional(),
    topologySpread: z
      .array(kubernetes<NonNullable<props.PodOptions['topologySpread']>[number]>(), 'a list')
      .optional(),
    imagePullSecrets: z.array(f.hostName, 'a list of names').optional(),
    hostAliases: z
      .array(kubernetes<NonNullable<props.PodOptions['hostAliases']>[number]>(), 'a list')
      .optional(),
    priorityClass: f.hostName.optional(),
    runtimeClass: f.hostName.optional(),
    volumes: z.array(kubernetes<NonNullable<props.PodOptions['volumes']>[number]>(), 'a list').optional(),
    volumeMounts: z
      .array(kubernetes<NonNullable<props.PodOptions['volumeMounts']>[number]>(), 'a list')
      .optional(),
    initContainers: z
      .array(kubernetes<NonNullable<props.PodOptions['initContainers']>[number]>(), 'a list')
      .optional(),
    sidecars: z.array(kubernetes<NonNullable<props.PodOptions['sidecars']>[number]>(), 'a list').optional(),
    dnsPolicy: z.enum(['ClusterFirst', 'Default'], 'ClusterFirst or Default').optional(),
    serviceAccount: f
      .object({
        name: f.hostName.optional(),
        create: z.boolean('true or false').optional(),
        annotations: f.annotations.optional(),
      })
      .meta({ id: 'ServiceAccountOptions' })
      .optional(),
  })
  .superRefine(each(podFaults))
  .meta({ id: 'PodOptions' });

const ingress = f
  .object({
    kind: z.literal('ingress'),
    name: f.name.optional(),
    className: f.hostName,
    host: f.hostName,
    tlsSecret: f.hostName,
    annotations: f.annotations.optional(),
    from: f.somePeers,
  })
  .meta({ id: 'IngressExposure' });

const gateway = f
  .object({
    kind: z.literal('gateway'),
    name: f.name.optional(),
    gateway: f
      .object({ name: f.hostName, namespace: f.name, listener: f.name.optional() })
      .meta({ id: 'GatewayReference' }),
    host: f.hostName,
    annotations: f.annotations.optional(),
    filters: z
      .array(kubernetes<NonNullable<props.GatewayExposure['filters']>[number]>(), 'a list')
      .optional(),
    timeouts: kubernetes<NonNullable<props.GatewayExposure['timeouts']>>().optional(),
    from: f.somePeers,
  })
  .superRefine(each(routeFaults))
  .meta({ id: 'GatewayExposure' });

const redisShape = {
  image: f.image.default('redis:7.2.11-bookworm'),
  cpu: f.cpu.default('250m'),
  memory: f.memory,
  storage: f.storage,
  storageClass: f.hostName.optional(),
  backup: f
    .object({
      schedule: f.schedule.default('0 3 * * *'),
      keep: f.whole(1, 1000).default(7),
      storage: f.storage,
      storageClass: f.hostName.optional(),
    })
    .meta({ id: 'RedisBackup' })
    .optional(),
  pod: pod.default({}),
};

const redisHere = f.object({ kind: z.literal('here'), ...redisShape }).meta({ id: 'RedisHere' });

const port = f.whole(1, 65_535);

const redisElsewhere = f
  .object({
    kind: z.literal('elsewhere'),
    at: f.somePeers,
    ports: z.array(port, 'a list of ports').default([]),
    ca: ca.optional(),
    clientCertificate: clientCertificate.optional(),
  })
  .meta({ id: 'RedisElsewhere' });

const poolSize = f.whole(1, 1000).default(10);
const maxConnections = f.whole(10, 100_000);

const usersInPostgres = f
  .object({
    in: z.literal('postgres'),
    at: f.somePeers,
    port: port.default(POSTGRES_PORT),
    ca: ca.optional(),
    clientCertificate: clientCertificate.optional(),
    poolSize,
    maxConnections: maxConnections.optional(),
  })
  .meta({ id: 'UsersInPostgres' });

const postgresShape = {
  instances: f.whole(1, 9),
  cpu: f.cpu,
  memory: f.memory,
  storage: f.storage,
  storageClass: f.hostName.optional(),
  operatorNamespace: f.name,
  poolSize,
  // What PostgreSQL itself takes.
  maxConnections: maxConnections.default(100),
  backup: backup.optional(),
  recovery: recovery.optional(),
};

const usersInCloudNativePg = f
  .object({ in: z.literal('cloudnative-pg'), ...postgresShape })
  .meta({ id: 'UsersInCloudNativePg' });

const mail = f
  .object({ at: f.somePeers, port: port.default(587), templates: f.hostName.optional() })
  .meta({ id: 'MailOptions' });

const receiver = f.object({ at: f.somePeers, port: port.default(443) }).meta({ id: 'WebhookReceiver' });

const autoscaling = f
  .object({ least: f.whole(2, 1000), most: f.whole(2, 1000), cpuPercent: f.whole(10, 95) })
  .meta({ id: 'Autoscaling' });

const kedaTrigger = f
  .object({
    type: f.text(/^[a-z][-a-z0-9]*$/, 'a type such as prometheus or cron'),
    metadata: z.record(z.string(), z.string('text'), 'values by name'),
    metricType: z
      .enum(['AverageValue', 'Value', 'Utilization'], 'AverageValue, Value or Utilization')
      .optional(),
    authentication: f.hostName.optional(),
  })
  .meta({ id: 'KedaTrigger' });

const keda = f
  .object({
    keda: f
      .object({
        least: f.whole(2, 1000),
        most: f.whole(2, 1000),
        triggers: z.array(kedaTrigger, 'a list of triggers').min(1, 'a list of triggers, at least one'),
      })
      .meta({ id: 'KedaScaledObject' }),
  })
  .meta({ id: 'KedaScaling' });

const replicas = z.union([f.whole(1, 1000), autoscaling, keda]);

const resources = f
  .object({
    cpu: f.cpu,
    memory: f.memory,
    limits: f
      .object({ cpu: f.cpu.optional(), memory: f.memory.optional() })
      .meta({ id: 'ResourceLimits' })
      .optional(),
  })
  .meta({ id: 'Resources' });

const bound = z.union(
  [f.whole(0, 1000), f.text(/^(?:100|[1-9]?\d)%$/, 'a share')],
  'a number, or a share such as 25%',
);
const disruptionBudget = f
  .object({ maxUnavailable: bound.optional(), minAvailable: bound.optional() })
  .refine(
    ({ maxUnavailable, minAvailable }) => (maxUnavailable === undefined) !== (minAvailable === undefined),
    '{ maxUnavailable } or { minAvailable }',
  )
  .meta({ id: 'DisruptionBudget' });

/** A setting, read by the parser of the service. */
const setting = (name: PlainVariable) => {
  const { parser } = VARIABLES[name];
  return z
    .string('text, in quotes')
    .refine((text) => parser.parse(text) !== undefined, parser.accepts)
    .optional();
};
const SETTINGS = Object.fromEntries(PLAIN_VARIABLES.map((name) => [name, setting(name)])) as Record<
  PlainVariable,
  ReturnType<typeof setting>
>;

const valueReference = f
  .object({ secret: f.hostName.optional(), configMap: f.hostName.optional(), key: f.key })
  .refine(
    ({ secret, configMap }) => (secret === undefined) !== (configMap === undefined),
    '{ secret, key } or { configMap, key }',
  )
  .meta({ id: 'ValueReference' });

/** The variables of the service, and those that Kubernetes sets. */
const RESERVED = new Set<string>([
  ...VARIABLE_NAMES.flatMap((name) => [name, `${name}_FILE`]),
  ...['NODE_ENV', 'KUBERNETES_SERVICE_HOST', 'KUBERNETES_SERVICE_PORT'],
]);
const variableName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, 'a name of letters, digits and _')
  .refine(
    (name) => !RESERVED.has(name),
    'a variable that is not the service’s: state those under settings and secrets',
  );

const exposure = z.discriminatedUnion('kind', [ingress, gateway], {
  error: '{ kind: "ingress", … } or { kind: "gateway", … }',
});

const SERVICE_SHAPE = {
  image: f.image,
  settings: f.object(SETTINGS).default({}),
  env: z.record(variableName, z.union([z.string('text'), valueReference]), 'values by variable').default({}),
  secrets: z
    .array(z.enum(SECRET_VARIABLES, SECRET_VARIABLES.join(' or ')), 'a list of variables')
    .default(['REDIS_PASSWORD']),
  secretsAs: z.enum(['files', 'variables'], 'files or variables').default('files'),
  files: z.array(z.enum(FILE_VARIABLES, FILE_VARIABLES.join(' or ')), 'a list of variables').default([]),
  mail: mail.optional(),
  webhooks: z.array(receiver, 'a list of { at, port }').default([]),
  replicas: replicas.default({ least: 2, most: 6, cpuPercent: 70 }),
  resources: resources.default({ cpu: '250m', memory: '384Mi' }),
  exposure: z.array(exposure, 'a list of { kind: "ingress", … } and { kind: "gateway", … }').default([]),
  scrapers: f.peers.default([]),
  callers: f.peers.default([]),
  breachedPasswords: f.somePeers.optional(),
  pod: pod.default({}),
  disruptionBudget: disruptionBudget.default({ maxUnavailable: 1 }),
  labels: f.moreLabels.default({}),
  annotations: f.annotations.default({}),
  dns: f.somePeers.default([
    { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    // NodeLocal DNSCache listens on every node at this address.
    { cidr: '169.254.20.10/32' },
  ]),
  podSecurity: z.enum(['restricted', 'openshift'], 'restricted or openshift').default('restricted'),
  allowDevelopment: z.boolean('true or false').default(false),
};

const namespaces = f
  .object({
    service: f.name.default(DEFAULT_NAMESPACES.service),
    data: f.name.default(DEFAULT_NAMESPACES.data),
  })
  .meta({ id: 'NamespaceNames' });

const ENVIRONMENT = f.object({
  name: f.name,
  namespaces: namespaces.default(DEFAULT_NAMESPACES),
  ...SERVICE_SHAPE,
  users: z
    .discriminatedUnion(
      'in',
      [
        f.object({ in: z.literal('redis') }).meta({ id: 'UsersInRedis' }),
        usersInPostgres,
        usersInCloudNativePg,
      ],
      { error: '{ in: "redis" }, { in: "postgres", … } or { in: "cloudnative-pg", … }' },
    )
    .default({ in: 'redis' }),
  redis: z.discriminatedUnion('kind', [redisHere, redisElsewhere], {
    error: '{ kind: "here", … } or { kind: "elsewhere", … }',
  }),
  monitoring: f
    .object({
      labels: f.labels,
      runbooks: f.text(/^https:\/\/\S+[^\s/]$/, 'a URL with https, without a slash at its end').optional(),
      slo: f
        .object({ availability: f.objective.optional(), latency: f.objective.optional() })
        .meta({ id: 'ServiceLevel' })
        .optional(),
    })
    .meta({ id: 'MonitoringOptions' })
    .optional(),
  externalSecrets: f
    .object({
      store: f.hostName,
      path: f.text(/^[^\s/](?:\S*[^\s/])?$/, 'a path in the store, without a slash at its ends'),
    })
    .meta({ id: 'ExternalSecretsOptions' })
    .optional(),
  patches: z
    .array(
      f
        .object({
          kind: f.text(/^[A-Z][A-Za-z]*$/, 'a kind such as Deployment'),
          name: f.hostName,
          pointer: f.text(/^(?:\/(?:[^~/]|~[01])+)+$/, 'a JSON Pointer such as /spec/replicas'),
          value: z.unknown(),
        })
        .meta({ id: 'Patch' }),
      'a list of patches',
    )
    .default([]),
  waivers: z
    .array(
      f
        .object({
          policy: z.string('the name of a policy'),
          reason: f.text(/\S.{9,}/, 'a reason of ten letters or more'),
        })
        .meta({ id: 'Waiver' }),
      'a list of waivers',
    )
    .default([]),
});

export const SCHEMA = ENVIRONMENT satisfies z.ZodType<unknown, props.Environment>;
export const REDIS_SCHEMA = f.object({
  ...redisShape,
  namespace: f.name,
  holdsUsers: z.boolean('true or false').default(true),
  labels: SERVICE_SHAPE.labels,
  annotations: SERVICE_SHAPE.annotations,
  podSecurity: SERVICE_SHAPE.podSecurity,
});
export const POSTGRES_SCHEMA = f.object({ ...postgresShape });

/** An environment with all defaults. */
export type Environment = z.output<typeof ENVIRONMENT>;
export type Exposure = Environment['exposure'][number];
export type Ingress = z.output<typeof ingress>;
export type Gateway = z.output<typeof gateway>;
export type RedisHere = z.output<typeof redisHere>;
export type CloudNativePg = z.output<typeof usersInCloudNativePg>;
export type Pod = z.output<typeof pod>;
