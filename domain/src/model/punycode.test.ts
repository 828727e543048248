import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelToAscii, labelToUnicode } from './punycode.ts';

// The first three are from RFC 3492, 7.1.
const PAIRS = [
  ['xn--egbpdaj6bu4bxfgehfvwxn', 'ليهمابتكلموشعربي؟'],
  ['xn--ihqwcrb4cv8a8dqg056pqjye', '他们为什么不说中文'],
  ['xn--4dbcagdahymbxekheh6e0a7fei0b', 'למההםפשוטלאמדבריםעברית'],
  ['xn--bcher-kva', 'bücher'],
  ['xn--p1b6ci4b4b3a', 'उदाहरण'],
  ['xn--ls8h', '💩'],
] as const;

// Letters of many scripts; planes beyond the first as well.
const codePoint = fc.oneof(
  fc.integer({ min: 0x21, max: 0xd7ff }),
  fc.integer({ min: 0x10000, max: 0x10ffff }),
);

describe('a label beyond ASCII', () => {
  it.each(PAIRS)('is %s for %s', (ascii, unicode) => {
    expect(labelToAscii(unicode)).toBe(ascii);
    expect(labelToUnicode(ascii)).toBe(unicode);
  });

  it('comes back from its ASCII form', () => {
    fc.assert(
      fc.property(fc.array(codePoint, { minLength: 1, maxLength: 63 }), (points) => {
        const label = String.fromCodePoint(...points).toLowerCase();
        fc.pre(!label.startsWith('xn--'));
        expect(labelToUnicode(labelToAscii(label))).toBe(label);
      }),
    );
  });
});

it.each(['example', 'a-b', '1', ''])('leaves %j alone, which is ASCII', (label) => {
  expect(labelToAscii(label)).toBe(label);
  expect(labelToUnicode(label)).toBe(label);
});

it.each([
  'xn--',
  'xn---',
  'xn--abc-',
  'xn--bcher-kva!',
  'xn--bcher-kv',
  'xn--99999999999',
  'xn--bcher-KVA',
  `xn--${'9'.repeat(59)}`,
])('does not take %s for the encoding of a label', (label) => {
  expect(labelToUnicode(label)).toBeUndefined();
});
