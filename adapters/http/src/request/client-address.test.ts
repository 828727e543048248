import { type IpAddress, toIpAddress } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';
import { clientAddress, networkOf, trustedProxies } from './client-address.ts';

const isTrusted = trustedProxies(['10.0.0.0/8', '192.0.2.7/32', 'fd00:1::/64']);
function ip(text: string): IpAddress {
  const address = toIpAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}
const from = (peer: string, forwardedFor?: string) => clientAddress(ip(peer), forwardedFor, isTrusted);

describe('the address of a client', () => {
  it.each([
    ['without a proxy', '198.51.100.1', undefined, '198.51.100.1'],
    ['that forges the header itself', '198.51.100.1', '203.0.113.9', '198.51.100.1'],
    ['behind a proxy', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['behind two proxies', '10.0.0.1', '198.51.100.1, 10.0.0.2', '198.51.100.1'],
    ['behind a proxy that is trusted as one address', '192.0.2.7', '198.51.100.1', '198.51.100.1'],
    ['beside that proxy', '192.0.2.8', '198.51.100.1', '192.0.2.8'],
    ['behind an IPv6 proxy', 'fd00:1::5', '2001:db8::1', '2001:db8::1'],
    ['outside of the range of that proxy', 'fd00:1:0:1::5', '2001:db8::1', 'fd00:1:0:1::5'],
    ['behind a proxy on an IPv6 socket', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['that forges an entry', '10.0.0.1', '203.0.113.9, 198.51.100.1', '198.51.100.1'],
    ['that forges many entries', '10.0.0.1', `${'203.0.113.9,'.repeat(900)}198.51.100.1`, '198.51.100.1'],
    ['that forges a proxy of ours', '10.0.0.1', '203.0.113.9, 10.0.0.9, 198.51.100.1', '198.51.100.1'],
    ['within our network', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['behind a proxy that tells none', '10.0.0.1', undefined, '10.0.0.1'],
  ])('%s', (_, peer, forwardedFor, expected) => {
    expect(from(peer, forwardedFor)).toBe(expected);
  });

  it.each([
    ['', '10.0.0.1'],
    ['unknown', '10.0.0.1'],
    ['_hidden', '10.0.0.1'],
    ['198.51.100.1,', '10.0.0.1'],
    ['198.51.100.1, garbage', '10.0.0.1'],
    ['198.51.100.1, garbage, 10.0.0.2', '10.0.0.2'],
    ['198.51.100.999', '10.0.0.1'],
    ['198.51.100', '10.0.0.1'],
    ['010.0.0.1', '10.0.0.1'],
    ['198.51.100.1:', '10.0.0.1'],
    ['[198.51.100.1', '10.0.0.1'],
    ['2001:db8::1::2', '10.0.0.1'],
    ['fe80::1%eth0', '10.0.0.1'],
    ['198.51.100.1; DROP', '10.0.0.1'],
    ['for=198.51.100.1', '10.0.0.1'],
    ['1'.repeat(8_000), '10.0.0.1'],
  ])('is that of the proxy which sends garbage: %j', (forwardedFor, expected) => {
    expect(from('10.0.0.1', forwardedFor)).toBe(expected);
  });

  it.each([
    [' 198.51.100.1 ', '198.51.100.1'],
    ['\t198.51.100.1', '198.51.100.1'],
    ['198.51.100.1:51234', '198.51.100.1'],
    ['[2001:db8::1]:51234', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:198.51.100.1', '198.51.100.1'],
    ['::FFFF:c633:6401', '198.51.100.1'],
    ['0:0:0:0:0:ffff:198.51.100.1', '198.51.100.1'],
    ['203.0.113.9, ::ffff:10.0.0.2', '203.0.113.9'],
  ])('has one spelling: %j', (forwardedFor, expected) => {
    expect(from('10.0.0.1', forwardedFor)).toBe(expected);
  });

  it('is unknown where the socket has none', () => {
    expect(clientAddress(null, '198.51.100.1', isTrusted)).toBeNull();
  });

  it('is the one of the socket where no proxy is trusted', () => {
    expect(clientAddress(ip('10.0.0.1'), '198.51.100.1', trustedProxies([]))).toBe('10.0.0.1');
  });
});

describe('the network of an address', () => {
  it.each([
    ['198.51.100.1', '198.51.100.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['1::2:3:4:5:6:7', '1:0:2:3::/64'],
  ])('of %s is %s', (address, expected) => {
    expect(networkOf(ip(address))).toBe(expected);
  });
});

describe('a session', () => {
  const addresses = async (isTrustedProxy: (address: IpAddress) => boolean) => {
    const service = await startService({ isTrustedProxy });
    await register(service);
    const { body } = await call(service, 'POST', '/v1/auth/login', {
      json: ADA,
      headers: { 'x-forwarded-for': ['203.0.113.9', '198.51.100.1'] },
    });
    const { token } = body['auth'] as { token: string };
    const { sessions } = (await call(service, 'GET', '/v1/users/me/sessions', { token })).body as {
      sessions: { ip: string }[];
    };
    return sessions.map((session) => session.ip).sort();
  };

  it('has the address that our proxy tells', async () => {
    expect(await addresses(trustedProxies(['127.0.0.0/8']))).toEqual(['127.0.0.1', '198.51.100.1']);
  });

  it('has the address of the socket when that is no proxy of ours', async () => {
    expect(await addresses(trustedProxies(['10.0.0.0/8']))).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});
