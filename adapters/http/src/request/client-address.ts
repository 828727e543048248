import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';
import { type IpAddress, toIpAddress } from '@user-management/domain';

/** Whether an address is one of our own proxies, whose X-Forwarded-For is to be believed. */
export type IsTrustedProxy = (address: IpAddress) => boolean;

/** @param ranges address ranges such as `10.0.0.0/8`. */
export function trustedProxies(ranges: readonly string[]): IsTrustedProxy {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix = ''] = range.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

/**
 * Each proxy appends the address of its own client. So an entry is true as far as all proxies right of it are
 * ours, and the rightmost one that is no proxy of ours is the client. What stands left of it may be forged.
 */
export function clientAddress(
  peer: IpAddress | null,
  forwardedFor: string | undefined,
  isTrusted: IsTrustedProxy,
): IpAddress | null {
  if (peer === null || forwardedFor === undefined) return peer;
  let nearest = peer;
  const entries = forwardedFor.split(',');
  while (isTrusted(nearest) && entries.length > 0) {
    const address = parseEntry(entries.pop() ?? '');
    // The proxy does not know its client.
    if (address === null) break;
    nearest = address;
  }
  return nearest;
}

/** Some proxies append a port, and then put IPv6 into brackets. */
const WITH_PORT = /^(?:([\d.]+):\d{1,5}|\[([\da-f:.]+)\](?::\d{1,5})?)$/i;

function parseEntry(entry: string): IpAddress | null {
  const text = entry.trim();
  const [, v4, v6] = WITH_PORT.exec(text) ?? [];
  const address = v4 ?? v6 ?? text;
  if (isIP(address) === 0 || address.includes('%')) return null;
  // One spelling for each address, as sockets have it.
  return toIpAddress(new SocketAddress({ address, family: familyOf(address) }).address);
}

const familyOf = (address: string) => (isIPv4(address) ? 'ipv4' : 'ipv6');

/** What one client can choose among: an IPv4 address, and the 2^64 addresses of an IPv6 network. */
export function networkOf(address: IpAddress): string {
  if (isIPv4(address)) return address;
  const [left = [], right = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return `${[...left, ...zeros, ...right].slice(0, 4).join(':')}::/64`;
}
