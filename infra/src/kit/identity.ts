/** Names and numbers that the manifests, the image and the tools have to agree on. */
export const SERVICE = 'user-management';
export const CONFIG_MAP = 'user-management-config';
/** The port of the Service, whatever the container listens on. */
export const SERVICE_PORT = { name: 'http', number: 80 } as const;

export const REDIS = 'redis';
export const REDIS_PORT = 6379;

export const POSTGRES_CLUSTER = `${SERVICE}-db`;
export const POSTGRES_PORT = 5432;
/** The label that the operator gives to the pods of its cluster. */
export const POSTGRES_PODS: Readonly<Record<string, string>> = { 'cnpg.io/cluster': POSTGRES_CLUSTER };

export interface Namespaces {
  readonly service: string;
  readonly data: string;
}

/** Of an environment that names none. */
export const DEFAULT_NAMESPACES: Namespaces = { service: 'saferoute', data: 'data' };

/** What the service is told in `REDIS_HOST` when Redis is the one of these manifests. */
export const redisHost = ({ data }: Namespaces): string => `${REDIS}.${data}.svc.cluster.local`;

/** User and group of a container. Over 10000, so that the number belongs to no account of the node. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The Dockerfile's `USER`. */
export const SERVICE_IDENTITY: Identity = { uid: 10_001, gid: 10_001 };
export const REDIS_IDENTITY: Identity = { uid: 10_002, gid: 10_002 };
