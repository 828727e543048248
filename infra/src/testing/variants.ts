import type { Environment } from '../environment/props.ts';

/** As in the guide. Not one of the environments that are deployed: who changes those need not change tests. */
export const standard: Environment = {
  name: 'standard',
  image: 'saferoute/user-management:0.1.0',
  settings: {},
  secrets: ['REDIS_PASSWORD'],
  users: { in: 'redis' },
  replicas: { least: 3, most: 12, cpuPercent: 70 },
  resources: { cpu: '500m', memory: '384Mi' },
  redis: { kind: 'here', image: 'redis:7.2.11-bookworm', cpu: '250m', memory: '2Gi', storage: '16Gi' },
  exposure: [
    {
      kind: 'ingress',
      className: 'nginx',
      host: 'api.saferoute.example',
      tlsSecret: 'user-management-tls',
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt' },
      from: [{ namespace: 'ingress-nginx' }],
    },
  ],
  scrapers: [{ namespace: 'monitoring' }],
};

/** With everything that is not here. */
export const elsewhere: Environment = {
  ...standard,
  name: 'elsewhere',
  image: `registry.example:5000/team/user-management:0.1.0@sha256:${'0123456789abcdef'.repeat(4)}`,
  settings: {
    REDIS_MODE: 'sentinel',
    REDIS_NODES: 'sentinel-0.example:26379,sentinel-1.example:26380',
    REDIS_TLS: 'true',
    SHUTDOWN_TIMEOUT_MS: '45500',
  },
  secrets: ['REDIS_PASSWORD', 'REDIS_USERNAME'],
  users: { in: 'postgres', at: [{ cidr: '10.20.0.0/16' }], port: 5433 },
  redis: {
    kind: 'elsewhere',
    at: [{ cidr: '10.30.0.0/24' }, { cidr: 'fd00:1::/64' }],
    ca: { configMap: 'company-ca', key: 'ca-bundle.pem' },
  },
  exposure: [
    {
      kind: 'gateway',
      gateway: { name: 'public', namespace: 'gateways', listener: 'https' },
      host: 'api.saferoute.example',
      from: [{ namespace: 'gateways', labels: { app: 'envoy' } }],
    },
  ],
  monitoring: { labels: { release: 'kube-prometheus-stack' } },
  externalSecrets: { store: 'vault', path: 'saferoute/production' },
  pod: { priorityClass: 'business-critical' },
};

/** With a database that an operator runs, reached from inside alone. */
export const operated: Environment = {
  name: 'operated',
  image: standard.image,
  settings: {},
  secrets: ['REDIS_PASSWORD'],
  users: {
    in: 'cloudnative-pg',
    instances: 3,
    cpu: '500m',
    memory: '1Gi',
    storage: '20Gi',
    storageClass: 'fast',
    operatorNamespace: 'cnpg-system',
    maxConnections: 200,
  },
  replicas: standard.replicas,
  resources: standard.resources,
  redis: {
    kind: 'here',
    image: 'redis:7.2.11-bookworm',
    cpu: '2',
    memory: '1Gi',
    storage: '8Gi',
    storageClass: 'fast',
  },
  scrapers: [],
  externalSecrets: { store: 'vault', path: 'saferoute' },
};

/** Between them they take every branch of every chart. */
export const VARIANTS: Readonly<Record<string, Environment>> = { standard, elsewhere, operated };
