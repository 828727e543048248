import { k8s } from 'cdk8s-plus-27';
import type { Labels } from './labels.ts';

type Peer = { readonly cidr: string } | { readonly namespace: string; readonly labels?: Labels | undefined };

export const toPeer = (peer: Peer): k8s.NetworkPolicyPeer =>
  'cidr' in peer ? { ipBlock: { cidr: peer.cidr } } : inNamespace(peer.namespace, peer.labels);

export const inNamespace = (namespace: string, labels?: Labels): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  ...(labels && { podSelector: { matchLabels: labels } }),
});

export const tcp = (...ports: readonly number[]): k8s.NetworkPolicyPort[] =>
  [...new Set(ports)].map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));

/** Every policy that limits egress needs this rule, because it also blocks DNS. */
export const toDns = (
  servers: readonly Peer[],
  ...listening: readonly number[]
): k8s.NetworkPolicyEgressRule => ({
  to: servers.map(toPeer),
  ports: listening.flatMap((port) => [
    { protocol: 'UDP', port: k8s.IntOrString.fromNumber(port) },
    ...tcp(port),
  ]),
});
