import { BlockList, isIP } from 'node:net';
import type { Environment } from '../schema.ts';
import type { Rule, SettingsRule } from './rule.ts';

type Peers = Environment['scrapers'];

export const PEER_RULES: readonly Rule[] = [
  ({ namespaces, redis }) =>
    redis.kind === 'here' &&
    namespaces.service === namespaces.data &&
    `namespaces.data is "${namespaces.data}", like namespaces.service. It must be another namespace, ` +
      'because only the service may reach Redis.',
];

export const PEER_SETTINGS_RULES: readonly SettingsRule[] = [
  ({ redis: { nodes } }, { redis }) =>
    redis.kind === 'elsewhere' &&
    nodes.map(
      ({ host }) =>
        !mayReach(redis.at, host) &&
        `redis.at leaves out ${host}. It must include the range or the namespace of that host, ` +
          'because the network policy allows nothing else.',
    ),

  ({ passwords: { breachedUrl } }, { breachedPasswords }) => {
    if (breachedUrl === undefined) {
      return (
        breachedPasswords !== undefined &&
        'settings.BREACHED_PASSWORDS_URL is missing. With breachedPasswords it must be the URL of that API.'
      );
    }
    const host = new URL(breachedUrl).hostname.replace(/^\[|\]$/g, '');
    return (
      !mayReach(breachedPasswords ?? [], host) &&
      `breachedPasswords leaves out ${host}. It must include the range or the namespace of that host, ` +
        'because the network policy allows nothing else.'
    );
  },
];

/** True also for a name outside of the cluster, because it may have any address. */
function mayReach(peers: Peers, host: string): boolean {
  const version = isIP(host);
  if (version !== 0) return peers.some((peer) => 'cidr' in peer && contains(peer.cidr, host, version));
  const [, namespace] = /^[^.]+\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  // A range of addresses may also include a Service.
  if (namespace === undefined) return peers.length > 0;
  return peers.some((peer) => 'cidr' in peer || peer.namespace === namespace);
}

function contains(cidr: string, host: string, version: number): boolean {
  const [address = '', prefix = ''] = cidr.split('/');
  if (isIP(address) !== version) return false;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family);
  return list.check(host, family);
}
