/** Where the service looks for Redis. */
export interface RedisPlace {
  readonly mode: string;
  /** As the service is told, with ports. */
  readonly nodes: readonly string[];
  /** Services of this cluster that the nodes are behind; none where Redis is outside of it. */
  readonly services: readonly ServiceName[];
}

export interface ServiceName {
  readonly name: string;
  readonly namespace: string;
}

/**
 * @param setting gives the value of a variable of the service, where the Deployment states one.
 * @param namespace of the service, in which host names without a dot are looked up.
 */
export function redisPlace(setting: (name: string) => string | undefined, namespace: string): RedisPlace {
  const mode = setting('REDIS_MODE') ?? 'standalone';
  // The default is that of the service in Kubernetes.
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
