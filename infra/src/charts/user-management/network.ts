import type { Settings } from '@user-management/settings';
import type { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-27';
import type { Environment } from '../../environment/environment.ts';
import { DATA_NAMESPACE, REDIS_PORT, SERVICE } from '../../kit/identity.ts';
import { REDIS_SELECTOR, SERVICE_SELECTOR } from '../../kit/labels.ts';
import { inNamespace, tcp, TO_DNS, toPeer } from '../../kit/network.ts';
import type { Release } from '../../environment/release.ts';
import { POSTGRES_PODS, POSTGRES_PORT } from '../postgres.ts';

/**
 * In: the ingress controller and the scrapers. Out: Redis, the database and DNS. Probes come from the node,
 * which is always let in.
 */
export function restrictNetwork(chart: Chart, { environment, settings }: Release): void {
  const { exposure, scrapers } = environment;
  const from = [...(exposure?.from ?? []), ...scrapers].map(toPeer);
  new k8s.KubeNetworkPolicy(chart, 'network', {
    metadata: { name: SERVICE },
    spec: {
      podSelector: { matchLabels: { ...SERVICE_SELECTOR } },
      policyTypes: ['Ingress', 'Egress'],
      // A rule without peers would let everybody in.
      ingress: from.length > 0 ? [{ from, ports: tcp(settings.http.port) }] : [],
      egress: [TO_DNS, toRedis(environment, settings), ...toDatabase(environment)],
    },
  });
}

function toRedis({ redis }: Environment, { redis: { nodes, mode } }: Settings): k8s.NetworkPolicyEgressRule {
  const ports = nodes.map(({ port }) => port);
  // Sentinels only say where the primary is; that one listens on a port of its own.
  if (mode === 'sentinel') ports.push(REDIS_PORT);
  const to = redis.kind === 'here' ? [inNamespace(DATA_NAMESPACE, REDIS_SELECTOR)] : redis.at.map(toPeer);
  return { to, ports: tcp(...ports) };
}

function toDatabase({ users }: Environment): k8s.NetworkPolicyEgressRule[] {
  switch (users.in) {
    case 'redis':
      return [];
    case 'postgres':
      return [{ to: users.at.map(toPeer), ports: tcp(users.port) }];
    case 'cloudnative-pg':
      return [{ to: [{ podSelector: { matchLabels: { ...POSTGRES_PODS } } }], ports: tcp(POSTGRES_PORT) }];
  }
}
