/** Names and numbers that the manifests, the image and the tools share. */
export const SERVICE = 'user-management';
export const CONFIG_MAP = 'user-management-config';
/** The port of the Service, independent of the port of the container. */
export const SERVICE_PORT = { name: 'http', number: 80 } as const;
/** The port of the Service for other services and operators. No Ingress leads to it. */
export const INTERNAL_PORT = { name: 'internal', number: 8081 } as const;

export const REDIS = 'redis';
export const REDIS_PORT = 6379;
/** The key that is in the Secret of Redis during a rotation. */
export const PREVIOUS_PASSWORD = 'previous-password';

export const POSTGRES_CLUSTER = `${SERVICE}-db`;
export const POSTGRES_PORT = 5432;
/** The label of the operator on the pods of its cluster. */
export const POSTGRES_PODS: Readonly<Record<string, string>> = { 'cnpg.io/cluster': POSTGRES_CLUSTER };

export interface Namespaces {
  readonly service: string;
  readonly data: string;
}

/** The namespaces of an environment that names none. */
export const DEFAULT_NAMESPACES: Namespaces = { service: 'saferoute', data: 'data' };

/** The value of `REDIS_HOST` for the Redis of these manifests. */
export const redisHost = ({ data }: Namespaces): string => `${REDIS}.${data}.svc.cluster.local`;

/** The user and the group of a container. Numbers above 10000 belong to no account of the node. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** The same as `USER` in the Dockerfile. */
export const SERVICE_IDENTITY: Identity = { uid: 10_001, gid: 10_001 };
export const REDIS_IDENTITY: Identity = { uid: 10_002, gid: 10_002 };
