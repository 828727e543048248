import { k8s } from 'cdk8s-plus-27';
import type { Peer } from '../environment/fields.ts';

export const toPeer = (peer: Peer): k8s.NetworkPolicyPeer =>
  'cidr' in peer ? { ipBlock: { cidr: peer.cidr } } : inNamespace(peer.namespace, peer.labels);

export const inNamespace = (
  namespace: string,
  labels?: Readonly<Record<string, string>>,
): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
  ...(labels && { podSelector: { matchLabels: labels } }),
});

export const tcp = (...ports: readonly number[]): k8s.NetworkPolicyPort[] =>
  [...new Set(ports)].map((port) => ({ protocol: 'TCP', port: k8s.IntOrString.fromNumber(port) }));

/** A policy that denies egress denies names as well, so that every such policy needs this. */
export const TO_DNS: k8s.NetworkPolicyEgressRule = {
  to: [
    inNamespace('kube-system', { 'k8s-app': 'kube-dns' }),
    // NodeLocal DNSCache listens on the node itself, at this address everywhere.
    { ipBlock: { cidr: '169.254.20.10/32' } },
  ],
  ports: [{ protocol: 'UDP', port: k8s.IntOrString.fromNumber(53) }, ...tcp(53)],
};
