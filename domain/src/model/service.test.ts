import { describe, expect, it } from 'vitest';
import { Unauthenticated, ValidationFailed } from './errors.ts';
import { checkServiceEntries, parseScopes, parseServiceName, parseServiceToken } from './service.ts';
import { parseDigest } from './digest.ts';

const secret = 'A'.repeat(43);

describe('parseServiceToken', () => {
  it('takes svc_ and 256 bits', () => {
    expect(parseServiceToken(`svc_${secret}`)).toBe(`svc_${secret}`);
  });

  it.each([
    '',
    'svc_',
    secret,
    `atk_${secret}`,
    `svc_${secret}A`,
    `svc_${'A'.repeat(42)}B`,
    ` svc_${secret}`,
    1,
  ])('refuses %j', (input) => {
    expect(() => parseServiceToken(input)).toThrow(Unauthenticated);
  });
});

describe('parseServiceName', () => {
  it.each(['a', 'billing', 'shop.billing-2_b', '0', 'a'.repeat(64)])('takes %s', (name) => {
    expect(parseServiceName(name)).toBe(name);
  });

  it.each(['', 'Billing', '-a', 'a-', 'a b', 'a:b', 'a\n', 'ä', 'a'.repeat(65), undefined])(
    'refuses %j',
    (input) => {
      expect(() => parseServiceName(input)).toThrow(ValidationFailed);
    },
  );
});

describe('parseScopes', () => {
  it('takes each scope once', () => {
    expect(parseScopes(['introspect', 'users:read', 'introspect'])).toEqual(['introspect', 'users:read']);
  });

  it.each([[], ['all'], ['introspect', 'all'], 'introspect', [undefined], null].map((input) => ({ input })))(
    'refuses $input',
    ({ input }) => {
      expect(() => parseScopes(input)).toThrow(ValidationFailed);
    },
  );
});

describe('checkServiceEntries', () => {
  const entry = (digit: string) => ({
    name: parseServiceName('billing'),
    digest: parseDigest(digit.repeat(64)),
    scopes: ['introspect'] as const,
    notAfter: null,
  });

  it('lets entries of one name live side by side', () => {
    const entries = [entry('a'), entry('b')];
    expect(checkServiceEntries(entries)).toBe(entries);
  });

  it('names the place of each digest that is there already', () => {
    expect(() => checkServiceEntries([entry('a'), entry('b'), entry('a'), entry('b')])).toThrow(
      expect.objectContaining({
        faults: [
          expect.objectContaining({ path: ['2', 'sha256'] }),
          expect.objectContaining({ path: ['3', 'sha256'] }),
        ],
      }),
    );
  });
});
