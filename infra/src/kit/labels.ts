import { REDIS, SERVICE } from './identity.ts';

type Labels = Readonly<Record<string, string>>;

/** What selectors go by: it must never change, since selectors cannot be changed. */
export const SERVICE_SELECTOR: Labels = selector(SERVICE);
export const REDIS_SELECTOR: Labels = selector(REDIS);

/** Of every object of the service. */
export const serviceLabels = (image: string): Labels => ({
  ...SERVICE_SELECTOR,
  ...common('service', image),
});

/** `app` is what people select by when they look for Redis. */
export const redisLabels = (image: string): Labels => ({
  ...REDIS_SELECTOR,
  ...common('cache', image),
  app: REDIS,
});

export const namespaceLabels: Labels = {
  'app.kubernetes.io/part-of': SERVICE,
  'app.kubernetes.io/managed-by': 'cdk8s',
};

function selector(name: string): Labels {
  return { 'app.kubernetes.io/name': name, 'app.kubernetes.io/instance': name };
}

function common(component: string, image: string): Labels {
  return {
    ...namespaceLabels,
    'app.kubernetes.io/component': component,
    'app.kubernetes.io/version': tagOf(image),
  };
}

/** `1.2.3` of `registry/name:1.2.3@sha256:…`. */
const tagOf = (image: string): string => /:([^:@/]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
