import type { Environment } from '../environment/props.ts';
import { IMAGE } from '../kit/image.ts';

export const production: Environment = {
  name: 'production',
  image: IMAGE,
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
