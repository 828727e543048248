import { describe, expect, it } from 'vitest';
import { hasExpired, parseAuthToken } from './auth-token.ts';
import { Unauthenticated } from './errors.ts';
import { parseTimestamp } from './timestamp.ts';

const secret = 'A'.repeat(43);

describe('parseAuthToken', () => {
  it.each([`atk_${secret}`, `atk_${'-_'.repeat(21)}8`])('takes %s', (token) => {
    expect(parseAuthToken(token)).toBe(token);
  });

  it.each([
    '',
    'atk_',
    secret,
    `ATK_${secret}`,
    `atk_${secret}A`,
    `atk_${secret.slice(1)}`,
    `atk_${secret.slice(1)}=`,
    `atk_${secret.slice(1)}+`,
    ` atk_${secret}`,
    `atk_${secret}\n`,
    `atk_${'A'.repeat(10_000)}`,
    undefined,
    null,
    1,
    [`atk_${secret}`],
  ])('refuses %j', (input) => {
    expect(() => parseAuthToken(input)).toThrow(Unauthenticated);
  });

  it('refuses a second spelling of the same 256 bits', () => {
    // The last character carries four of them; its two low bits say nothing.
    expect(() => parseAuthToken(`atk_${'A'.repeat(42)}B`)).toThrow(Unauthenticated);
  });
});

describe('a token', () => {
  it('works until its seconds are over, and not from then on', () => {
    const record = { createdAt: parseTimestamp(1_000), expiresIn: 60 };
    expect(hasExpired(record, parseTimestamp(1_000))).toBe(false);
    expect(hasExpired(record, parseTimestamp(60_999))).toBe(false);
    expect(hasExpired(record, parseTimestamp(61_000))).toBe(true);
  });
});
