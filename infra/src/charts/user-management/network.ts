import type { k8s } from 'cdk8s-plus-27';
import type { Settings } from '@user-management/settings';
import type { Release } from '../../environment/check-environment.ts';
import type { Environment } from '../../environment/schema.ts';
import { POSTGRES_PODS, POSTGRES_PORT, REDIS_PORT, SERVICE } from '../../kit/identity.ts';
import { REDIS_SELECTOR, SERVICE_SELECTOR } from '../../kit/labels.ts';
import { inNamespace, tcp, toDns, toPeer } from '../../kit/network.ts';

/**
 * In: the ingress controller and the scrapers, and the callers of the internal port. Out: Redis, the
 * database, the relay for mails, the receivers of webhooks, the API of breached passwords and DNS. Probes
 * come from the node, which always has access.
 */
export function networkPolicy({ environment, settings }: Release): k8s.KubeNetworkPolicyProps {
  const { exposure, scrapers, callers, dns, podSecurity } = environment;
  // A policy applies to the port of the pod. On OpenShift, DNS pods listen on another port than their
  // Service.
  const dnsPorts = podSecurity === 'openshift' ? [53, 5353] : [53];
  const from = [...exposure.flatMap((one) => one.from), ...scrapers].map(toPeer);
  return {
    metadata: { name: SERVICE },
    spec: {
      podSelector: { matchLabels: { ...SERVICE_SELECTOR } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        ...ingress(from, settings.http.port),
        ...ingress(callers.map(toPeer), settings.http.internalPort),
      ],
      egress: [
        toDns(dns, ...dnsPorts),
        toRedis(environment, settings),
        ...toDatabase(environment),
        ...toRelay(environment),
        ...toReceivers(environment),
        ...toBreachedPasswords(environment, settings),
      ],
    },
  };
}

/** A rule without peers would allow every client. */
const ingress = (from: readonly k8s.NetworkPolicyPeer[], port: number): k8s.NetworkPolicyIngressRule[] =>
  from.length > 0 ? [{ from: unique(from), ports: tcp(port) }] : [];

const unique = (peers: readonly k8s.NetworkPolicyPeer[]): k8s.NetworkPolicyPeer[] => [
  ...new Map(peers.map((peer) => [JSON.stringify(peer), peer])).values(),
];

function toRedis(
  environment: Environment,
  { redis: { nodes, mode } }: Settings,
): k8s.NetworkPolicyEgressRule {
  const { redis, namespaces } = environment;
  const ports = nodes.map(({ port }) => port);
  if (redis.kind === 'here') {
    return { to: [inNamespace(namespaces.data, REDIS_SELECTOR)], ports: tcp(...ports) };
  }
  // The settings name only the sentinels. The primary listens on another port.
  const announced = mode === 'sentinel' && redis.ports.length === 0 ? [REDIS_PORT] : redis.ports;
  return { to: redis.at.map(toPeer), ports: tcp(...ports, ...announced) };
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

const toRelay = ({ mail }: Environment): k8s.NetworkPolicyEgressRule[] =>
  mail ? [{ to: mail.at.map(toPeer), ports: tcp(mail.port) }] : [];

const toReceivers = ({ webhooks }: Environment): k8s.NetworkPolicyEgressRule[] =>
  webhooks.map(({ at, port }) => ({ to: at.map(toPeer), ports: tcp(port) }));

function toBreachedPasswords(
  { breachedPasswords }: Environment,
  { passwords: { breachedUrl } }: Settings,
): k8s.NetworkPolicyEgressRule[] {
  if (!breachedPasswords || breachedUrl === undefined) return [];
  const { port, protocol } = new URL(breachedUrl);
  return [
    { to: breachedPasswords.map(toPeer), ports: tcp(Number(port) || (protocol === 'https:' ? 443 : 80)) },
  ];
}
