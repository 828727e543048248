import type { Environment } from '../environment/props.ts';

/** The environment of the guide. It is not a deployed one, so that a change of those changes no test. */
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

/** An environment with Redis and PostgreSQL outside of the cluster. */
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
  files: ['SERVICE_TOKENS_FILE', 'WEBHOOKS_FILE'],
  webhooks: [
    { at: [{ namespace: 'shop', labels: { app: 'billing' } }], port: 8080 },
    { at: [{ cidr: '198.51.100.0/24' }] },
  ],
  callers: [{ namespace: 'shop' }, { namespace: 'gateways', labels: { app: 'envoy' } }],
  monitoring: { labels: { release: 'kube-prometheus-stack' } },
  externalSecrets: { store: 'vault', path: 'saferoute/production' },
  pod: { priorityClass: 'business-critical' },
};

/** An environment with a database of an operator, and without an exposure. */
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
    backup: {
      store: {
        destinationPath: 's3://backups/users',
        s3Credentials: {
          accessKeyId: { name: 'backup-store', key: 'id' },
          secretAccessKey: { name: 'backup-store', key: 'secret' },
        },
      },
    },
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
    backup: { schedule: '30 2 * * *', keep: 14, storage: '16Gi', storageClass: 'slow' },
  },
  scrapers: [],
  externalSecrets: { store: 'vault', path: 'saferoute' },
};

/** An environment that uses every additional option once. */
export const adjusted: Environment = {
  ...elsewhere,
  name: 'adjusted',
  namespaces: { service: 'accounts' },
  image: `registry.example/user-management@sha256:${'0123456789abcdef'.repeat(4)}`,
  settings: {
    ...{ REDIS_MODE: 'cluster', REDIS_NODES: '10.30.0.1:7000,10.30.0.2:7001', REDIS_TLS: 'true' },
    ...{ MAIL_FROM: 'Example <no-reply@example.com>', MAIL_SERVICE_NAME: 'Example' },
    ...{ LINK_RESET: 'https://app.example/reset', LINK_UNDO: 'https://app.example/undo' },
    BREACHED_PASSWORDS_URL: 'https://passwords.example/range',
  },
  mail: { at: [{ namespace: 'mail', labels: { app: 'postfix' } }], port: 25, templates: 'mail-templates' },
  breachedPasswords: [{ cidr: '198.51.100.0/24' }],
  env: { UV_THREADPOOL_SIZE: '4', NODE_EXTRA_CA_CERTS: '/etc/company/ca.pem' },
  replicas: {
    keda: {
      least: 2,
      most: 8,
      triggers: [{ type: 'cpu', metricType: 'Utilization', metadata: { value: '70' } }],
    },
  },
  resources: { cpu: '0.5', memory: '512M', limits: { cpu: '2', memory: '1G' } },
  users: {
    in: 'postgres',
    at: [{ cidr: '10.20.0.0/16' }],
    ca: { secret: 'database-ca', key: 'ca.crt' },
    clientCertificate: { secret: 'database-client' },
    poolSize: 5,
    maxConnections: 100,
  },
  redis: {
    kind: 'elsewhere',
    at: [{ cidr: '10.30.0.0/24' }],
    ports: [7000, 7001, 7002],
    ca: { configMap: 'company-ca', key: 'ca-bundle.pem' },
  },
  exposure: [
    ...(standard.exposure ?? []),
    {
      kind: 'gateway',
      gateway: { name: 'public', namespace: 'gateways' },
      host: 'api.saferoute.example',
      from: [{ namespace: 'gateways', labels: { app: 'envoy' } }],
      timeouts: { request: '10s' },
      filters: [
        {
          type: 'ResponseHeaderModifier',
          responseHeaderModifier: { set: [{ name: 'X-Served-By', value: 'gateway' }] },
        },
      ],
    },
  ],
  pod: {
    labels: { 'sidecar.istio.io/inject': 'false' },
    annotations: { 'example.com/scraped': 'true' },
    nodeSelector: { pool: 'general' },
    tolerations: [{ key: 'spot', operator: 'Exists', effect: 'NoSchedule' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'arch', operator: 'In', values: ['amd64'] }] }],
        },
      },
    },
    topologySpread: [{ topologyKey: 'rack', maxSkew: 1, whenUnsatisfiable: 'DoNotSchedule' }],
    imagePullSecrets: ['registry'],
    hostAliases: [{ ip: '10.1.2.3', hostnames: ['legacy.example'] }],
    priorityClass: 'business-critical',
    runtimeClass: 'gvisor',
    volumes: [{ name: 'company', configMap: { name: 'company-ca' } }],
    volumeMounts: [{ name: 'company', mountPath: '/etc/company', readOnly: true }],
    dnsPolicy: 'ClusterFirst',
    serviceAccount: { name: 'identity', annotations: { 'iam.example.com/role': 'users' } },
  },
  disruptionBudget: { minAvailable: '50%' },
  labels: { team: 'identity' },
  annotations: { 'argocd.argoproj.io/sync-wave': '1' },
  dns: [{ namespace: 'openshift-dns' }],
  podSecurity: 'openshift',
  patches: [{ kind: 'Deployment', name: 'user-management', pointer: '/spec/revisionHistoryLimit', value: 3 }],
  waivers: [{ policy: 'images are pinned', reason: 'The registry refuses to move tags.' }],
};

/** Together they cover every branch of every chart. */
export const VARIANTS: Readonly<Record<string, Environment>> = { standard, elsewhere, operated, adjusted };
