import type { Environment } from '../environment/props.ts';
import { IMAGE } from '../kit/image.ts';

/** A small production. */
export const staging: Environment = {
  name: 'staging',
  image: IMAGE,
  settings: {},
  secrets: ['REDIS_PASSWORD'],
  users: { in: 'redis' },
  replicas: { least: 2, most: 4, cpuPercent: 70 },
  resources: { cpu: '250m', memory: '256Mi' },
  redis: { kind: 'here', image: 'redis:7.2.11-bookworm', cpu: '100m', memory: '512Mi', storage: '4Gi' },
  exposure: [
    {
      kind: 'ingress',
      className: 'nginx',
      host: 'api.staging.saferoute.example',
      tlsSecret: 'user-management-tls',
      annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt-staging' },
      from: [{ namespace: 'ingress-nginx' }],
    },
  ],
  scrapers: [{ namespace: 'monitoring' }],
};
