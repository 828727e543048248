import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmail, parseEmailPrefix, parseStoredEmail, sameMailbox } from './email.ts';
import { INVISIBLE } from '../testing/invisible.ts';
import { ValidationFailed } from './errors.ts';

describe('parseEmail', () => {
  it.each([
    ['name@example.com', 'name@example.com'],
    ['  Name@EXAMPLE.Com \n', 'name@example.com'],
    ['\u00a0name@example.com\u3000', 'name@example.com'],
    ["o'brien+tag_%&*=?^`{|}~!#$/-@example.co.uk", "o'brien+tag_%&*=?^`{|}~!#$/-@example.co.uk"],
    ['JÜRGEN@BÜCHER.example', 'jürgen@bücher.example'],
    ['jose\u0301@example.com', 'josé@example.com'],
    // Composed in lower case only.
    ['H\u0331@example.com', '\u1e96@example.com'],
    ['用户@例子.广告', '用户@例子.广告'],
    ['a@xn--bcher-kva.example', 'a@bücher.example'],
    ['a@XN--BCHER-KVA.example', 'a@bücher.example'],
    ['a@ｅｘａｍｐｌｅ.com', 'a@example.com'],
    ['a@b.c', 'a@b.c'],
    ['1@1.2', '1@1.2'],
    ['नाम@उदाहरण.भारत', 'नाम@उदाहरण.भारत'],
    ['😀@example.com', '😀@example.com'],
  ])('takes %j for %j', (input, email) => {
    expect(parseEmail(input)).toBe(email);
  });

  it.each([
    '',
    '   ',
    'name',
    'name@',
    '@example.com',
    'name@localhost',
    'name@@example.com',
    'na@me@example.com',
    'na me@example.com',
    'name@exam ple.com',
    'name@example..com',
    'name@.example.com',
    'name@example.com.',
    'name@-example.com',
    'name@example-.com',
    'name@exa_mple.com',
    'name@[127.0.0.1]',
    '.name@example.com',
    'name.@example.com',
    'na..me@example.com',
    'Name <name@example.com>',
    '"name"@example.com',
    'a,b@example.com',
    'na\u0000me@example.com',
    'name@example.com\u0000',
    'na\nme@example.com',
    'na\u007fme@example.com',
    '\ud800@example.com',
    `${'a'.repeat(65)}@example.com`,
    `name@${'a'.repeat(64)}.com`,
    'name@xn--.com',
    'name@xn--abc-.com',
    'name@xn--bcher-kva!.com',
    'name@xn--99999999999.com',
    // Encodes an upper-case letter, a full-width one and a filler.
    'name@xn--bcher-2pa.com',
    'name@xn--xample-hy68a.com',
    'name@xn--bcd-p44b.com',
  ])('refuses %j', (input) => {
    expect(() => parseEmail(input)).toThrow(ValidationFailed);
  });

  it.each([undefined, null, 1, true, {}, ['name@example.com']])('refuses %j, which is no text', (input) => {
    expect(() => parseEmail(input)).toThrow(new ValidationFailed('must be a string'));
  });

  it('takes 254 characters and no more, whatever their size in bytes', () => {
    for (const letter of ['a', 'é', '𐐨']) {
      const labels = [63, 63, 58].map((length) => letter.repeat(length)).join('.');
      const longest = `${letter.repeat(64)}@${labels}.de`;
      expect([...longest]).toHaveLength(254);
      expect(parseEmail(longest)).toBe(longest);
      expect(() => parseEmail(`${longest}e`)).toThrow('must have at most 254 characters');
    }
  });

  it('counts the characters after trimming and composing', () => {
    const labels = [63, 63, 58].map((length) => 'e\u0301'.repeat(length)).join('.');
    expect([...parseEmail(`   ${'a'.repeat(64)}@${labels}.de   `)]).toHaveLength(254);
  });

  it('makes one address of all that differ in case, composition or spaces around', () => {
    const variants = [
      'ÅSE@Example.com',
      'åse@example.com',
      'A\u030aSE@example.COM',
      ' a\u030ase@example.com ',
      'ÅSE@example.com',
    ];
    expect(new Set(variants.map(parseEmail))).toEqual(new Set(['åse@example.com']));
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), anything), (input) => {
        const email = parsed(input);
        fc.pre(email !== undefined);
        expect(parseEmail(email)).toBe(email);
      }),
    );
  });

  it('takes every address that the common forms allow', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        fc.pre(address.length <= 254);
        expect(parseEmail(address)).toBe(address.toLowerCase());
      }),
    );
  });

  it('is quick to refuse what is made to be slow', () => {
    const start = Date.now();
    for (const part of ['a', 'a.', 'a-', '-', '.', 'a@', '\u0301']) {
      expect(() => parseEmail(`a@${part.repeat(100_000)}!`)).toThrow(ValidationFailed);
      expect(() => parseEmail(`a@${part.repeat(250 / part.length)}!`)).toThrow(ValidationFailed);
    }
    expect(Date.now() - start).toBeLessThan(2_000);
  });
});

// Letters whose case and composition depend on their neighbours, with a domain that is never at fault.
const anything = fc
  .array(fc.constantFrom(...Array.from('aAHJßẞİıΣσςÅå\u030a\u0307\u0301\u030c\u0331ǅÄﬁЙжK')), {
    minLength: 1,
    maxLength: 12,
  })
  .map((letters) => `${letters.join('')}@${letters.join('')}.com`);

function parsed(input: string): string | undefined {
  try {
    return parseEmail(input);
  } catch {
    return undefined;
  }
}

describe('an address that looks like another', () => {
  it.each([...INVISIBLE, '\u200d'])(
    'is refused as a new one with %j, inside and around, and can be read back',
    (character) => {
      for (const local of [`a${character}nn`, `${character}ann`, `ann${character}`]) {
        const address = `${local}@example.com`;
        expect(() => parseEmail(address)).toThrow(new ValidationFailed('must have visible characters only'));
        expect(parseStoredEmail(address)).toBe(address);
      }
      expect(() => parseEmail(`ann@exam${character}ple.com`)).toThrow(ValidationFailed);
    },
  );
});

describe('sameMailbox', () => {
  it.each([
    ['a@example.com', ['a@example.com']],
    ['a@bücher.example', ['a@bücher.example', 'a@xn--bcher-kva.example']],
    ['a@xn--bcher-kva.example', ['a@xn--bcher-kva.example', 'a@bücher.example']],
    ['ä@xn--9999999.example', ['ä@xn--9999999.example']],
  ])('of %s is %j', (email, spellings) => {
    expect(sameMailbox(parseStoredEmail(email))).toEqual(spellings);
  });
});

describe('parseEmailPrefix', () => {
  it.each([
    ['a', 'a'],
    [' Ann.B@EX', 'ann.b@ex'],
    ['jose\u0301', 'josé'],
  ])('takes %j for %j', (input, prefix) => {
    expect(parseEmailPrefix(input)).toBe(prefix);
  });

  it.each(['', ' ', 'a b', 'a\u0000', 'a'.repeat(255), undefined, 1])('refuses %j', (input) => {
    expect(() => parseEmailPrefix(input)).toThrow(ValidationFailed);
  });
});
