/** The place of the Redis of the service. */
export interface RedisPlace {
  readonly mode: string;
  /** The addresses in the settings of the service, with ports. */
  readonly nodes: readonly string[];
  /** The Services of these nodes in this cluster. None when Redis is outside the cluster. */
  readonly services: readonly ServiceName[];
}

export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * @param setting returns the value of a variable when the Deployment states it.
 * @param namespace the namespace of the service, for host names without a dot.
 */
export function redisPlace(setting: (name: string) => string | undefined, namespace: string): RedisPlace {
  const mode = setting('REDIS_MODE') ?? 'standalone';
  // The service has the same default in Kubernetes.
  const one = `${setting('REDIS_HOST') ?? 'redis.data.svc.cluster.local'}:${setting('REDIS_PORT') ?? '6379'}`;
  const nodes =
    mode === 'standalone' ? [one] : (setting('REDIS_NODES') ?? '').split(',').map((node) => node.trim());
  const services = nodes.flatMap((node) => serviceBehind(node.replace(/:\d+$/, ''), namespace));
  return { mode, nodes, services: [...new Map(services.map((one) => [JSON.stringify(one), one])).values()] };
}

/** `redis-0.redis.data.svc.cluster.local` is a pod behind the Service redis in the namespace data. */
function serviceBehind(host: string, namespace: string): readonly ServiceName[] {
  const [, name, where] = /(?:^|\.)([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  if (name !== undefined && where !== undefined) return [{ name, namespace: where }];
  return /^[a-z][a-z0-9-]*$/.test(host) ? [{ name: host, namespace }] : [];
}
