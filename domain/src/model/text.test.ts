import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import { codePoints, parseText, utf8Bytes } from './text.ts';

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

describe('utf8Bytes', () => {
  it('counts what percent-encoding counts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed());
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

// The only UTF-8 encoder of the language itself.
const percentEncodedBytes = (text: string): number => encodeURIComponent(text).replace(/%../g, 'x').length;

describe('parseText', () => {
  it.each(['', 'abc', '😀', '\u0000', '\uffff'])('takes %j as it is', (text) => {
    expect(parseText(text)).toBe(text);
  });

  it.each(['\ud800', '\udc00', 'a\ud83d', '\ude00\ud83d'])('refuses %j, which has no UTF-8 form', (text) => {
    expect(() => parseText(text)).toThrow(new ValidationFailed('must be well-formed Unicode'));
  });

  it.each([undefined, null, 0, {}, [], ['a']])('refuses %j', (input) => {
    expect(() => parseText(input)).toThrow(new ValidationFailed('must be a string'));
  });
});
