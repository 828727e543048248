import type { Environment } from '../environment/props.ts';
import { IMAGE } from '../kit/image.ts';

/** For experiments in a cluster. It has two replicas, so that faults of several replicas show here first. */
export const development: Environment = {
  name: 'development',
  image: IMAGE,
  allowDevelopment: true,
  settings: { APP_ENV: 'development', LOG_LEVEL: 'debug' },
  secrets: ['REDIS_PASSWORD'],
  users: { in: 'redis' },
  replicas: { least: 2, most: 2, cpuPercent: 80 },
  resources: { cpu: '100m', memory: '256Mi' },
  redis: { kind: 'here', image: 'redis:7.2.11-bookworm', cpu: '50m', memory: '256Mi', storage: '1Gi' },
  scrapers: [{ namespace: 'monitoring' }],
};
