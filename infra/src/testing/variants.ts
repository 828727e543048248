import type { Environment } from '../environment.ts';
import { ENVIRONMENTS } from '../environments/index.ts';

const { production } = ENVIRONMENTS as { readonly production: Environment };

/** What no committed environment asks for, so that every branch of every chart is seen by the policies. */
export const VARIANTS: Readonly<Record<string, Environment>> = {
  elsewhere: {
    ...production,
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
    exposure: {
      kind: 'gateway',
      gateway: { name: 'public', namespace: 'gateways', listener: 'https' },
      host: 'api.saferoute.example',
      from: [{ namespace: 'gateways', labels: { app: 'envoy' } }],
    },
    monitoring: { labels: { release: 'kube-prometheus-stack' } },
    externalSecrets: { store: 'vault', path: 'saferoute/production' },
    priorityClass: 'business-critical',
  },
  'with-an-operator': {
    name: 'with-an-operator',
    image: production.image,
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
    },
    replicas: production.replicas,
    resources: production.resources,
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
  },
};
