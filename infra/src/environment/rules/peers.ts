import { BlockList, isIP } from 'node:net';
import type { Environment } from '../schema.ts';
import type { Rule, SettingsRule } from './rule.ts';

type Peers = Environment['scrapers'];

export const PEER_RULES: readonly Rule[] = [
  ({ namespaces, redis }) =>
    redis.kind === 'here' &&
    namespaces.service === namespaces.data &&
    `namespaces.data is "${namespaces.data}", as namespaces.service is; accepted is a namespace of its ` +
      'own, which only the service may reach',
];

export const PEER_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ redis: { nodes } }, { redis }) =>
    redis.kind === 'elsewhere' &&
    nodes.map(
      ({ host }) =>
        !mayReach(redis.at, host) &&
        `redis.at leaves out ${host}; accepted is a list with its range or namespace, since the network ` +
          'policy allows nothing else',
    ),
];

/** Where that can be told: a name outside of the cluster may have any address. */
function mayReach(peers: Peers, host: string): boolean {
  const version = isIP(host);
  if (version !== 0) return peers.some((peer) => 'cidr' in peer && contains(peer.cidr, host, version));
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  // An address may be that of a Service as well.
  return namespace === undefined || peers.some((peer) => 'cidr' in peer || peer.namespace === namespace);
}

function contains(cidr: string, host: string, version: number): boolean {
  const [address = '', prefix = ''] = cidr.split('/');
  if (isIP(address) !== version) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
