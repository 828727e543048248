/** Names and numbers that the manifests, the image and the tools have to agree on. */
export const SERVICE = 'user-management';
export const NAMESPACE = 'saferoute';
export const CONFIG_MAP = 'user-management-config';

export const REDIS = 'redis';
export const DATA_NAMESPACE = 'data';
/** What the service is told in `REDIS_HOST` when Redis is the one of these manifests. */
export const REDIS_HOST = `${REDIS}.${DATA_NAMESPACE}.svc.cluster.local`;
export const REDIS_PORT = 6379;

/** User and group of a container. Over 10000, so that the number belongs to nobody on the node. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The Dockerfile's `USER`. */
export const SERVICE_IDENTITY: Identity = { uid: 10_001, gid: 10_001 };
export const REDIS_IDENTITY: Identity = { uid: 10_002, gid: 10_002 };
