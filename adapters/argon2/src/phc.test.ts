import { describe, expect, it } from 'vitest';
import { decoyPhc, isAffordable, parsePhc } from './phc.ts';

const OWN = { memoryKib: 19456, iterations: 2, parallelism: 1 };
const TAIL = '$c29tZXNhbHRzb21lc2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE';

describe('parsePhc', () => {
  it.each(['m=65536,t=3,p=4', 'm=65536,p=4,t=3'])('reads the parameters in any order: %s', (parameters) => {
    expect(parsePhc(`$argon2id$v=19$${parameters}${TAIL}`)).toEqual({
      memoryKib: 65536,
      iterations: 3,
      parallelism: 4,
    });
  });

  it.each([
    ['another function', `$argon2i$v=19$m=65536,t=3,p=4${TAIL}`],
    ['another version', `$argon2id$v=16$m=65536,t=3,p=4${TAIL}`],
    ['a parameter given twice', `$argon2id$v=19$m=65536,t=3,t=4${TAIL}`],
    ['no parameters', `$argon2id$v=19$${TAIL}`],
    ['a number that is none', `$argon2id$v=19$m=1e9,t=3,p=4${TAIL}`],
    ['no hash', '$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA'],
    [
      'a salt that is too short for argon2',
      '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE',
    ],
    ['something before it', ` $argon2id$v=19$m=65536,t=3,p=4${TAIL}`],
    ['something after it', `$argon2id$v=19$m=65536,t=3,p=4${TAIL}\n`],
  ])('refuses %s', (_, phc) => {
    expect(parsePhc(phc)).toBeUndefined();
  });
});

describe('decoyPhc', () => {
  it('looks like a hash made with the same parameters, and is another one each time', () => {
    expect(parsePhc(decoyPhc(OWN))).toEqual(OWN);
    expect(decoyPhc(OWN)).not.toBe(decoyPhc(OWN));
  });
});

describe('isAffordable', () => {
  it.each([
    ['its own parameters', OWN],
    ['what is stronger up to four times', { memoryKib: 4 * 19456, iterations: 2, parallelism: 4 }],
    ['what RFC 9106 recommends where memory is scarce', { memoryKib: 65536, iterations: 3, parallelism: 4 }],
    ['what is weaker', { memoryKib: 8, iterations: 1, parallelism: 1 }],
  ])('takes %s', (_, stored) => {
    expect(isAffordable(stored, OWN)).toBe(true);
  });

  it.each([
    ['more memory', { memoryKib: 4 * 19456 + 1, iterations: 1, parallelism: 1 }],
    ['more work', { memoryKib: 19456, iterations: 11, parallelism: 1 }],
    ['more threads', { memoryKib: 19456, iterations: 2, parallelism: 5 }],
    ['no work', { memoryKib: 19456, iterations: 0, parallelism: 1 }],
    ['no thread', { memoryKib: 19456, iterations: 2, parallelism: 0 }],
    ['less memory than argon2 can work with', { memoryKib: 15, iterations: 2, parallelism: 2 }],
  ])('refuses %s', (_, stored) => {
    expect(isAffordable(stored, OWN)).toBe(false);
  });

  it('takes whatever it is itself told to use', () => {
    const strong = { memoryKib: 1_048_576, iterations: 100, parallelism: 16 };
    expect(isAffordable(strong, strong)).toBe(true);
  });
});
