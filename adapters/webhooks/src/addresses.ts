import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** No receiver has them. A name that leads to one may be an attack on this machine or its cloud. */
const FORBIDDEN: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  // Link-local, with the metadata services of most clouds.
  ['169.254.0.0', 16],
  // The metadata services of Alibaba Cloud and Oracle Cloud, and the host of a machine in Azure.
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['fe80::', 10],
  ['ff00::', 8],
  // The metadata services of AWS, Google Cloud, Oracle Cloud and Scaleway.
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['fd00:c1::a9fe:a9fe', 128],
  ['fd00:42::42', 128],
];

const forbidden = new BlockList();
for (const [network, prefix] of FORBIDDEN) {
  forbidden.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  // The same address behind NAT64.
  if (!network.includes(':')) forbidden.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
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
