import { parseDigest, parseSealed, parseSecret } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { NodeSecrets } from './node-secrets.ts';

const secrets = new NodeSecrets();

describe('newSecret', () => {
  it('has 256 bits', () => {
    const secret = secrets.newSecret();
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  });

  it('varies in every bit', () => {
    const made = Array.from({ length: 200 }, () => Buffer.from(secrets.newSecret(), 'base64url'));
    expect(new Set(made.map((bytes) => bytes.toString('hex'))).size).toBe(200);
    const ones = Array.from({ length: 256 }, (_, bit) => made.filter((bytes) => isSet(bytes, bit)).length);
    // A fair bit is further from 100 than this about once in 10^12 times.
    for (const count of ones) expect(Math.abs(count - 100)).toBeLessThan(50);
  });
});

describe('digest', () => {
  it('is SHA-256 (FIPS 180-4)', () => {
    expect(secrets.digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('equal', () => {
  it('tells equal digests from others', () => {
    const [a, b] = [secrets.digest('a'), secrets.digest('b')];
    expect(secrets.equal(a, parseDigest(String(a)))).toBe(true);
    expect(secrets.equal(a, b)).toBe(false);
  });
});

describe('derive', () => {
  const key = secrets.newSecret();

  it('gives the same secret for the same arguments, in the form of one', () => {
    expect(secrets.derive(key, 'a')).toBe(secrets.derive(key, 'a'));
    expect(parseSecret(secrets.derive(key, 'a'))).toBe(secrets.derive(key, 'a'));
  });

  it('gives another one for another key or label', () => {
    const derived = [
      secrets.derive(key, 'a'),
      secrets.derive(key, 'b'),
      secrets.derive(secrets.newSecret(), 'a'),
    ];
    expect(new Set(derived).size).toBe(3);
  });

  it('is HMAC-SHA-256 of the label under the bytes of the key (RFC 2104)', () => {
    const zero = parseSecret('A'.repeat(43));
    expect(Buffer.from(secrets.derive(zero, ''), 'base64url').toString('hex')).toBe(
      'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad',
    );
  });
});

describe('seal', () => {
  const [key, other] = [secrets.newSecret(), secrets.newSecret()];

  it('keeps a text, of any length and alphabet', () => {
    for (const text of ['', 'chl_0123', 'é😀'.repeat(20)]) {
      expect(secrets.unseal(key, secrets.seal(key, text))).toBe(text);
    }
  });

  it('gives another result each time, and does not show the text', () => {
    const sealed = Array.from({ length: 10 }, () => secrets.seal(key, 'chl_0123'));
    expect(new Set(sealed).size).toBe(10);
    for (const one of sealed) expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('chl');
  });

  it('opens with the same key alone, and as it was', () => {
    const sealed = secrets.seal(key, 'chl_0123');
    expect(secrets.unseal(other, sealed)).toBeUndefined();
    for (let n = 0; n < sealed.length; n++) {
      const changed = sealed.slice(0, n) + (sealed[n] === 'A' ? 'Q' : 'A') + sealed.slice(n + 1);
      const isSame = Buffer.from(changed, 'base64url').equals(Buffer.from(sealed, 'base64url'));
      if (!isSame) expect(secrets.unseal(key, parseSealed(changed))).toBeUndefined();
    }
    expect(secrets.unseal(key, sealed.slice(0, 8) as typeof sealed)).toBeUndefined();
  });
});

const isSet = (bytes: Buffer, bit: number): boolean => ((bytes[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
