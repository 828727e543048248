import { describe, expect, it } from 'vitest';
import { toIpAddress, toUserAgent, USER_AGENT_MAX_LENGTH } from './device.ts';

describe('toUserAgent', () => {
  it('keeps what browsers send', () => {
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
    expect(toUserAgent(agent)).toBe(agent);
  });

  it.each([
    ['a line break', 'a\r\nb', 'a??b'],
    ['a control sequence of a terminal', 'a\u001b[31mb', 'a?[31mb'],
    ['HTML', '<script>&"\'`', '?script?????'],
    ['an override of the direction', 'a\u202eb', 'a?b'],
    ['Latin-1', 'café', 'caf?'],
  ])('makes %s harmless', (_, input, expected) => {
    expect(toUserAgent(input)).toBe(expected);
  });

  it('cuts what is too long', () => {
    expect(toUserAgent('x'.repeat(20_000))).toBe('x'.repeat(USER_AGENT_MAX_LENGTH));
  });

  it.each([[''], ['   '], [undefined], [7], [['a']]])('has nothing to say about %j', (input) => {
    expect(toUserAgent(input)).toBeNull();
  });
});

describe('toIpAddress', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1', '::1'],
  ])('takes %s', (input, expected) => {
    expect(toIpAddress(input)).toBe(expected);
  });

  it.each([[''], [undefined], [7], ['example.com'], ['192.0.2.1, 192.0.2.2'], ['1'.repeat(5_000)]])(
    'does not take %j',
    (input) => {
      expect(toIpAddress(input)).toBeNull();
    },
  );
});
