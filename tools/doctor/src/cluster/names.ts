import { VARIABLES } from '@user-management/settings';

/** As the manifests have them; importing those would bring cdk8s into the image. A test compares the two. */
export const NAMESPACE = 'saferoute';
export const DATA_NAMESPACE = 'data';
export const SERVICE = 'user-management';
export const CONFIG_MAP = 'user-management-config';
export const REDIS = 'redis';
export const SERVICE_SELECTOR = `app.kubernetes.io/name=${SERVICE}`;
export const REDIS_SELECTOR = `app=${REDIS}`;

export const REDIS_SECRET = VARIABLES.REDIS_PASSWORD.kubernetes;
export const MANIFESTS = 'infra/manifests/production';
