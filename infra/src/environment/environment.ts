import { VARIABLES } from '@user-management/settings';
import { z } from 'zod';
import * as f from './fields.ts';
import { PLAIN_VARIABLES, type PlainVariable, SECRET_VARIABLES } from './wired-variables.ts';

const ingress = f.object({
  kind: z.literal('ingress'),
  className: f.hostName,
  host: f.hostName,
  /** Secret with the certificate, in the service's namespace: made by cert-manager or by hand. */
  tlsSecret: f.hostName,
  annotations: f.annotations.optional(),
  /** Where the controller's pods are: nobody else (but the scrapers) gets in. */
  from: f.somePeers,
});

/** An HTTPRoute of the Gateway API, whose Gateway holds the certificate. */
const gateway = f.object({
  kind: z.literal('gateway'),
  gateway: f.object({ name: f.hostName, namespace: f.name, listener: f.name.optional() }),
  host: f.hostName,
  from: f.somePeers,
});

/** The Redis of these manifests: one pod with a disk, for clusters that have none. */
const redisHere = f.object({
  kind: z.literal('here'),
  image: f.image,
  cpu: f.cpu,
  /** Limit of the container; Redis may fill half of it. */
  memory: f.mebibytes,
  storage: f.storage,
  /** The cluster's default where it is missing. */
  storageClass: f.hostName.optional(),
});

const redisElsewhere = f.object({
  kind: z.literal('elsewhere'),
  at: f.somePeers,
  /** ConfigMap in the service's namespace with the certificates to trust, as PEM. */
  ca: f.object({ configMap: f.hostName, key: f.text(/^[-\w.]+$/, 'a key of a ConfigMap') }).optional(),
});

/** PostgreSQL whose URL is in a Secret. */
const postgresElsewhere = f.object({
  in: z.literal('postgres'),
  at: f.somePeers,
  port: f.whole(1, 65_535),
});

/** PostgreSQL that the CloudNativePG operator runs beside the service. */
const cloudNativePg = f.object({
  in: z.literal('cloudnative-pg'),
  instances: f.whole(1, 9),
  cpu: f.cpu,
  memory: f.mebibytes,
  storage: f.storage,
  storageClass: f.hostName.optional(),
  /** Where the operator itself runs. */
  operatorNamespace: f.name,
});

/** Read as the service reads it. */
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

export const ENVIRONMENT = f.object({
  /** Also the folder under infra/manifests. */
  name: f.name,
  image: f.image,
  /** Values of the service's variables (docs/configuration.md), all of which have defaults. */
  settings: f.object(SETTINGS),
  /** Which variables come from their Secret. */
  secrets: z.array(z.enum(SECRET_VARIABLES, SECRET_VARIABLES.join(', ')), 'a list of variables'),
  /** Where users are kept for good. */
  users: z.discriminatedUnion(
    'in',
    [f.object({ in: z.literal('redis') }), postgresElsewhere, cloudNativePg],
    {
      error: '{ in: "redis" }, { in: "postgres", … } or { in: "cloudnative-pg", … }',
    },
  ),
  replicas: f.object({
    least: f.whole(2, 1000),
    most: f.whole(2, 1000),
    /** Of the requested CPU, on average over all pods; above it another pod is started. */
    cpuPercent: f.whole(10, 95),
  }),
  /** Requests; memory is the limit as well, CPU has none. */
  resources: f.object({ cpu: f.cpu, memory: f.mebibytes }),
  redis: z.discriminatedUnion('kind', [redisHere, redisElsewhere], {
    error: '{ kind: "here", … } or { kind: "elsewhere", … }',
  }),
  /** How it is reached from outside the cluster; not at all where it is missing. */
  exposure: z
    .discriminatedUnion('kind', [ingress, gateway], {
      error: '{ kind: "ingress", … } or { kind: "gateway", … }',
    })
    .optional(),
  /** Who may read the metrics. */
  scrapers: f.peers,
  /** For a cluster with the Prometheus operator; the labels are those by which it finds its objects. */
  monitoring: f.object({ labels: f.labels }).optional(),
  /** Secrets by the External Secrets operator, from this ClusterSecretStore, under this path. */
  externalSecrets: f.object({ store: f.hostName, path: f.text(/^\S+$/, 'a path in the store') }).optional(),
  priorityClass: f.hostName.optional(),
});

/** What differs between environments: all that somebody who deploys has to touch. */
export type Environment = z.output<typeof ENVIRONMENT>;
export type Ingress = z.output<typeof ingress>;
export type Gateway = z.output<typeof gateway>;
export type RedisHere = z.output<typeof redisHere>;
export type CloudNativePg = z.output<typeof cloudNativePg>;
