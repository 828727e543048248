import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** No receiver has them. A name that leads to one may be an attack on this machine or its cloud. */
const FORBIDDEN: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  // Link-local, with the metadata services of most clouds.
  ['169.254.0.0', 16],
  // The metadata services of Alibaba Cloud and Oracle Cloud.
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  // The metadata services of AWS and Google Cloud.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // Loopback and link-local behind NAT64.
  ['64:ff9b::7f00:0', 104],
  ['64:ff9b::a9fe:0', 112],
];

const forbidden = new BlockList();
for (const [network, prefix] of FORBIDDEN) {
  forbidden.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
}

export class ForbiddenAddress extends Error {
  constructor() {
    super('The endpoint has an address that webhooks are not sent to.');
  }
}

/** It also knows an IPv4 address in the form of IPv6. */
export function isForbidden(address: string): boolean {
  const [bare = ''] = address.split('%');
  return forbidden.check(bare, isIP(bare) === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Resolves a name once, and refuses it if one of its addresses is forbidden. The connection uses the result.
 */
export const safeLookup: LookupFunction = (host, options, callback) => {
  lookup(host, { ...options, all: true }, (error, found: LookupAddress[] | undefined) => {
    const addresses = found ?? [];
    const [first] = addresses;
    if (error || !first) callback(error ?? new Error('The name has no address.'), '');
    else if (addresses.some(({ address }) => isForbidden(address))) callback(new ForbiddenAddress(), '');
    else if (options.all) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
};
