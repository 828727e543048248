import { POSTGRES_CLUSTER, REDIS, SERVICE } from './identity.ts';

export type Labels = Readonly<Record<string, string>>;

/** The labels of selectors. They must never change, because a selector is immutable. */
export const SERVICE_SELECTOR: Labels = selector(SERVICE);
export const REDIS_SELECTOR: Labels = selector(REDIS);
export const BACKUP_SELECTOR: Labels = selector(`${REDIS}-backup`);
export const RESTORE_SELECTOR: Labels = selector(`${REDIS}-restore`);

export const namespaceLabels: Labels = {
  'app.kubernetes.io/part-of': SERVICE,
  'app.kubernetes.io/managed-by': 'cdk8s',
};

/** The labels of every object of the service. `app` is for people. No selector of the manifests uses it. */
export const serviceLabels = (component: 'service' | 'monitoring' | 'secrets', image?: string): Labels => ({
  ...SERVICE_SELECTOR,
  ...namespaceLabels,
  ...describe(component, image),
  app: SERVICE,
});

export const redisLabels = (image: string): Labels => ({
  ...REDIS_SELECTOR,
  ...namespaceLabels,
  ...describe('cache', image),
  app: REDIS,
});

export const backupLabels = (image: string): Labels => ({
  ...BACKUP_SELECTOR,
  ...namespaceLabels,
  ...describe('backup', image),
  app: `${REDIS}-backup`,
});

export const restoreLabels = (image: string): Labels => ({
  ...RESTORE_SELECTOR,
  ...namespaceLabels,
  ...describe('restore', image),
  app: `${REDIS}-restore`,
});

export const postgresLabels: Labels = {
  ...namespaceLabels,
  ...describe('database'),
  'app.kubernetes.io/name': 'postgresql',
  'app.kubernetes.io/instance': POSTGRES_CLUSTER,
};

function selector(name: string): Labels {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
}

function describe(component: string, image?: string): Labels {
  return {
    'app.kubernetes.io/component': component,
    ...(image !== undefined && { 'app.kubernetes.io/version': versionOf(image) }),
  };
}

/** `1.2.3` of `registry/name:1.2.3@sha256:…`, or the beginning of the digest when there is no tag. */
function versionOf(image: string): string {
  const [, tag, digest = ''] = /(?::([^:@/]+))?(?:@sha256:(.*))?$/.exec(image) ?? [];
  return (tag ?? digest.slice(0, 12)).slice(0, 63);
}
