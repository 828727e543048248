import { describe, expect, it } from 'vitest';
import { baseUrl, flag, host, nodes, oneOf, ranges, wholeNumber } from './parsers.ts';

describe('wholeNumber', () => {
  const port = wholeNumber(0, 65535);

  it.each([
    ['0', 0],
    ['65535', 65535],
    ['08080', 8080],
  ])('reads %s', (text, number) => {
    expect(port.parse(text)).toBe(number);
  });

  it.each(['-1', '65536', '1.5', '1e3', '0x10', ' 1', '1 ', 'Infinity', '٣', '99999999999'])(
    'refuses %j',
    (text) => {
      expect(port.parse(text)).toBeUndefined();
    },
  );
});

describe('flag', () => {
  it('reads true and false, and nothing that resembles them', () => {
    expect(['true', 'false', 'TRUE', '1', 'toString'].map((text) => flag.parse(text))).toEqual([
      true,
      false,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('oneOf', () => {
  it('lists its choices', () => {
    expect(oneOf('json', 'pretty').accepts).toBe('json or pretty');
    expect(oneOf('trace', 'debug', 'info').accepts).toBe('trace, debug or info');
  });
});

describe('host', () => {
  it.each(['localhost', 'redis.data.svc.cluster.local', 'my_redis', '127.0.0.1', '::1', 'example.com.'])(
    'reads %s',
    (text) => {
      expect(host.parse(text)).toBe(text);
    },
  );

  it.each(['redis://localhost', 'localhost:6379', 'a b', '[::1]', '-a', 'a..b', 'a'.repeat(254)])(
    'refuses %s',
    (text) => {
      expect(host.parse(text)).toBeUndefined();
    },
  );
});

describe('baseUrl', () => {
  it.each([
    ['https://api.pwnedpasswords.com/range', 'https://api.pwnedpasswords.com/range'],
    ['http://passwords.tools.svc:8080/range/', 'http://passwords.tools.svc:8080/range/'],
    ['https://EXAMPLE.com', 'https://example.com/'],
    ['http://[::1]:80/a', 'http://[::1]/a'],
  ])('reads %s', (text, url) => {
    expect(baseUrl.parse(text)).toBe(url);
  });

  it.each([
    ...['', 'api.example/range', '//api.example', 'ftp://api.example', 'file:///etc/passwd', 'https://'],
    ...['https://user@api.example', 'https://user:secret@api.example', 'https://:secret@api.example'],
    ...['https://api.example/?a=b', 'https://api.example/#a', 'https://api.example/a b', 'https://a:99999'],
    ...[' https://api.example', 'https://api.example\n'],
  ])('refuses %j', (text) => {
    expect(baseUrl.parse(text)).toBeUndefined();
  });
});

describe('ranges', () => {
  it('reads several of both versions, and an address as a range of one', () => {
    expect(ranges.parse('10.0.0.0/8, 192.0.2.7,fd00:1::/64, ::1')).toEqual([
      '10.0.0.0/8',
      '192.0.2.7/32',
      'fd00:1::/64',
      '::1/128',
    ]);
  });

  it.each([
    ...[
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/33',
      'fd00::/129',
      '10.0.0.0/',
      '10.0.0.0/08a',
      '10.0.0/8',
      'fe80::1%eth0',
    ],
    ...['proxy.example', '10.0.0.0/8,', '10.0.0.0/8 192.0.2.7', '10.0.0.0-10.0.0.9', '[::1]/128', '1/8/8'],
  ])('refuses %j', (text) => {
    expect(ranges.parse(text)).toBeUndefined();
  });
});

describe('nodes', () => {
  it('reads several, with spaces after the comma, and IPv6 in brackets', () => {
    expect(nodes.parse('a:1, 10.0.0.1:2,[::1]:65535')).toEqual([
      { host: 'a', port: 1 },
      { host: '10.0.0.1', port: 2 },
      { host: '::1', port: 65535 },
    ]);
  });

  it.each(['a', 'a:', ':1', 'a:0', 'a:65536', 'a:1,', '::1:1', '[a]:1', 'redis://a:1', 'a:1 b:2'])(
    'refuses %s',
    (text) => {
      expect(nodes.parse(text)).toBeUndefined();
    },
  );
});
