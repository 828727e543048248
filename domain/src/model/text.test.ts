import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import { codePoints, fold, hasInvisible, parseText, utf8Bytes } from './text.ts';
import { INVISIBLE } from '../testing/invisible.ts';

describe('codePoints', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 2],
    ['😀', 1],
    ['👩‍🚀', 3],
  ])('counts in %j: %d', (text, count) => {
    expect(codePoints(text)).toBe(count);
  });
});

describe('fold', () => {
  it.each([
    ['PassWord', 'password'],
    ['STRASSE', 'straße'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['ｐａｓｓ１', 'PASS1'],
    ['pa\u0308ss', 'PÄSS'],
    ['ﬁve', 'FIVE'],
  ])('makes one text of %s and %s', (one, other) => {
    expect(fold(one)).toBe(fold(other));
  });

  it('keeps texts apart that differ in more', () => {
    expect(new Set(['pass', 'päss', 'pass ', 'pas s'].map(fold)).size).toBe(4);
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text));
      }),
    );
  });
});

describe('utf8Bytes', () => {
  it('counts what percent-encoding counts', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(utf8Bytes(text)).toBe(percentEncodedBytes(text));
      }),
    );
  });

  it.each([
    ['\u007f', 1],
    ['\u0080', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['\u{10ffff}', 4],
  ])('knows the limits of each length: %j is %d', (text, bytes) => {
    expect(utf8Bytes(text)).toBe(bytes);
  });
});

// `fc.string({ unit: 'binary' })` takes seconds to set up.
const anyText = fc
  .array(fc.integer({ min: 0, max: 0x10ffff }).filter((point) => point < 0xd800 || point > 0xdfff))
  .map((points) => String.fromCodePoint(...points));

// The only UTF-8 encoder of the language itself.
const percentEncodedBytes = (text: string): number => encodeURIComponent(text).replace(/%../g, 'x').length;

describe('parseText', () => {
  const length = { most: 10 };

  it.each(['', 'abc', '😀', '\u0000', '\uffff', '😀'.repeat(10)])('takes %j as it is', (text) => {
    expect(parseText(text, length)).toBe(text);
  });

  it.each(['\ud800', '\udc00', 'a\ud83d', '\ude00\ud83d'])('refuses %j, which has no UTF-8 form', (text) => {
    expect(() => parseText(text, length)).toThrow(new ValidationFailed('must be well-formed Unicode'));
  });

  it.each([undefined, null, 0, {}, [], ['a']])('refuses %j', (input) => {
    expect(() => parseText(input, length)).toThrow(new ValidationFailed('must be a string'));
  });

  it.each(['a'.repeat(11), '😀'.repeat(11)])('refuses %j, which is too long', (text) => {
    expect(() => parseText(text, length)).toThrow(new ValidationFailed('must have at most 10 characters'));
    expect(() => parseText(text, { least: 1, most: 10 })).toThrow('must have 1 to 10 characters');
  });

  it('counts after normalising, which makes a text shorter or longer', () => {
    const [nfc, nfkc] = [(text: string) => text.normalize('NFC'), (text: string) => text.normalize('NFKC')];
    // Four characters that compose to one, and one that becomes 18.
    expect(parseText('\u03b1\u0313\u0300\u0345'.repeat(10), length, nfc)).toBe('\u1f82'.repeat(10));
    expect(() => parseText('\ufdfa', length, nfkc)).toThrow('must have at most 10 characters');
  });

  it('does not normalise what cannot become short enough', () => {
    const normalise = (): never => expect.fail('normalised');
    expect(() => parseText('a\u0301\u0323'.repeat(14), length, normalise)).toThrow('at most 10 characters');
  });
});

describe('hasInvisible', () => {
  it.each([
    ...INVISIBLE,
    '\ufe0f',
    ...[
      '\u0000',
      '\u007f',
      '\ufeff',
      '\u2066',
      '\u115f',
      '\uffa0',
      '\u2800',
      '\ue000',
      '\u{1ffff}',
      '\u200d',
    ],
  ])('is true of %j, inside and around', (character) => {
    for (const text of [character, `a${character}b`, `${character}a`, `a${character}`]) {
      expect(hasInvisible(text)).toBe(true);
    }
  });

  it.each(['Ann', 'é', 'e\u0301', '😀', '李', 'नाम', 'a b', ''])('is false of %j', (text) => {
    expect(hasInvisible(text)).toBe(false);
  });
});
