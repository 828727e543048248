import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fault, ValidationFailed } from './errors.ts';
import { mergePatch, parsePreferences, type Preferences, type PreferencesPatch } from './preferences.ts';

const nested = (levels: number, innermost: unknown): unknown =>
  levels === 0 ? innermost : { a: nested(levels - 1, innermost) };

function faultsOf(input: unknown): readonly Fault[] {
  try {
    parsePreferences(input);
    return [];
  } catch (error) {
    return (error as ValidationFailed).faults;
  }
}

describe('parsePreferences', () => {
  it.each<Preferences>([
    {},
    { theme: 'dark' },
    { n: null, t: true, f: false, i: 1, d: -1.5e-7, s: '', a: [1, [2, [3]]], o: { a: {} } },
    { '': 1, 'a b': 2, 'ä😀': 3, '\u0000': '\u0000', toString: 4, hasOwnProperty: 5, length: 6 },
  ])('takes %j as it is', (preferences) => {
    expect(parsePreferences(preferences)).toEqual(preferences);
  });

  it.each([undefined, null, 'text', 1, true, [], [{}]])('refuses %j, which is no object', (input) => {
    expect(() => parsePreferences(input)).toThrow(new ValidationFailed('must be a JSON object'));
  });

  it('takes five levels, of objects or arrays, and no sixth', () => {
    for (const innermost of ['deep', 1, null])
      expect(parsePreferences(nested(5, innermost))).toEqual(nested(5, innermost));
    for (const innermost of [{}, []]) {
      expect(parsePreferences(nested(4, innermost))).toEqual(nested(4, innermost));
      expect(() => parsePreferences(nested(5, innermost))).toThrow('must be nested at most 5 levels deep');
    }
  });

  it('refuses 10,000 nested arrays without walking them', () => {
    const deep: unknown = JSON.parse(`{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`);
    expect(() => parsePreferences(deep)).toThrow('must be nested at most 5 levels deep');
  });

  it.each([
    ['letters of one byte', 'a', 1],
    ['letters of two bytes', 'é', 2],
    ['letters of three bytes', '語', 3],
    ['letters of four bytes', '😀', 4],
    ['what JSON has to escape', '\u0001', 6],
    ['quotes', '"', 2],
  ])('takes 16 KiB of JSON as UTF-8 and no byte more: %s', (_, letter, bytes) => {
    const room = 16 * 1024 - '{"a":""}'.length;
    const filler = 'x'.repeat(room % bytes);
    const most = { a: letter.repeat(Math.floor(room / bytes)) + filler };
    expect(parsePreferences(most)).toEqual(most);
    expect(() => parsePreferences({ a: `${most.a}x` })).toThrow(
      'must have at most 16384 bytes as JSON, not 16385',
    );
  });

  it.each(['__proto__', 'constructor', 'prototype'])('refuses a member named %s at any level', (name) => {
    for (const text of [`{"${name}":{"a":1}}`, `{"a":{"${name}":1}}`, `{"a":[{"${name}":null}]}`]) {
      expect(() => parsePreferences(JSON.parse(text))).toThrow(
        'must have another name, this one is reserved',
      );
    }
  });

  it.each(['{"a":"\\ud800"}', '{"\\udc00":1}', '{"a":[["\\ud800"]]}'])(
    'refuses unpaired surrogates: %s',
    (text) => {
      expect(() => parsePreferences(JSON.parse(text))).toThrow('must be well-formed Unicode');
    },
  );

  it.each(['{"a":1e400}', '{"a":[-1e400]}'])('refuses a number that no JSON can give back: %s', (text) => {
    expect(() => parsePreferences(JSON.parse(text))).toThrow('must be a number that a double holds exactly');
  });

  it('says of every fault where it is', () => {
    const text =
      '{"theme":"\\ud800","a":[1,{"constructor":[1e400]}],"b":{"b":{"b":{"b":[[]]}}},' +
      '"\\udfff":{"prototype":"fine"}}';
    expect(faultsOf(JSON.parse(text))).toEqual([
      { path: ['theme'], message: 'must be well-formed Unicode' },
      { path: ['a', '1', 'constructor'], message: 'must have another name, this one is reserved' },
      { path: ['a', '1', 'constructor', '0'], message: 'must be a number that a double holds exactly' },
      { path: ['b', 'b', 'b', 'b', '0'], message: 'must be nested at most 5 levels deep' },
      { path: ['\udfff'], message: 'must be well-formed Unicode, its name too' },
      { path: ['\udfff', 'prototype'], message: 'must have another name, this one is reserved' },
    ]);
  });

  it('lists twenty faults, however many there are', () => {
    expect(faultsOf({ a: Array.from({ length: 10_000 }, () => Infinity) })).toHaveLength(20);
  });
});

describe('mergePatch', () => {
  // RFC 7396, appendix A, as far as target, patch and result are objects.
  it.each<[Preferences, PreferencesPatch, Preferences]>([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
    // Those of the appendix whose patch or target is no object, one level down.
    [{ x: ['a', 'b'] }, { x: ['c', 'd'] }, { x: ['c', 'd'] }],
    [{ x: { a: 'b' } }, { x: ['c'] }, { x: ['c'] }],
    [{ x: { a: 'foo' } }, { x: null }, {}],
    [{ x: { a: 'foo' } }, { x: 'bar' }, { x: 'bar' }],
    [{ x: [1, 2] }, { x: { a: 'b', c: null } }, { x: { a: 'b' } }],
    // Nulls inside an array are values.
    [{}, { a: [null, { b: null }] }, { a: [null, { b: null }] }],
    [{ a: 1 }, {}, { a: 1 }],
    [{}, { toString: { a: 1 } }, { toString: { a: 1 } }],
    [{ valueOf: 1 }, { valueOf: null }, {}],
  ])('of %j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('is the example of section 3', () => {
    const target = {
      title: 'Goodbye!',
      author: { givenName: 'John', familyName: 'Doe' },
      tags: ['example', 'sample'],
      content: 'This will be unchanged',
    };
    const patch = {
      title: 'Hello!',
      phoneNumber: '+01-123-456-7890',
      author: { familyName: null },
      tags: ['example'],
    };
    expect(mergePatch(target, patch)).toEqual({
      title: 'Hello!',
      author: { givenName: 'John' },
      tags: ['example'],
      content: 'This will be unchanged',
      phoneNumber: '+01-123-456-7890',
    });
  });

  it('changes neither argument', () => {
    fc.assert(
      fc.property(preferences, preferences, (target, patch) => {
        const before = JSON.stringify([target, patch]);
        mergePatch(target, patch);
        expect(JSON.stringify([target, patch])).toBe(before);
      }),
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(preferences, preferences, (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it('leads to any preferences that hold no null', () => {
    fc.assert(
      fc.property(preferences, preferences, (target, wanted) => {
        fc.pre(!JSON.stringify(wanted).includes('null'));
        const removal = Object.fromEntries(Object.keys(target).map((member) => [member, null]));
        expect(mergePatch(mergePatch(target, removal), wanted)).toEqual(wanted);
      }),
    );
  });

  it('keeps both of two patches to different members, in either order', () => {
    fc.assert(
      fc.property(preferences, fc.jsonValue(), fc.jsonValue(), (target, left, right) => {
        const patches = [{ left }, { right }] as PreferencesPatch[];
        const [forth, back] = [patches, patches.toReversed()].map((order) =>
          order.reduce(mergePatch, target),
        );
        expect(forth).toEqual(back);
      }),
    );
  });

  it('cannot reach a prototype by a patch that was parsed', () => {
    const patch: unknown = JSON.parse('{"a":{"__proto__":{"polluted":true}}}');
    expect(() => mergePatch({}, parsePreferences(patch))).toThrow(ValidationFailed);
    expect({}).not.toHaveProperty('polluted');
  });
});

const preferences = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'toString', ''), fc.jsonValue({ maxDepth: 3 }))
  .map((value) => JSON.parse(JSON.stringify(value)) as Preferences);
