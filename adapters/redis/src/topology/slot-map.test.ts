import { describe, expect, it } from 'vitest';
import { SlotMap } from './slot-map.ts';

const one = ['10.0.0.1', 7001, 'id', {}];
const other = ['10.0.0.2', 7002, 'id', {}];

const parse = (...ranges: unknown[][]) => SlotMap.parse(ranges as never, 'asked.example');

describe('SlotMap', () => {
  it('knows the primary of a key, also of one with a hash tag', () => {
    // The slot of the example in the specification: "foo" has 12182. Only the text in braces counts.
    const slots = parse([0, 12_181, other], [12_182, 12_182, one], [12_183, 16_383, other]);
    expect(slots.ownerOf('foo')).toBe('10.0.0.1:7001');
    expect(slots.ownerOf('lease:{foo}')).toBe('10.0.0.1:7001');
    expect(slots.ownerOf('bar')).toBe('10.0.0.2:7002');
    expect(slots.complete).toBe(true);
  });

  it('lists each primary once, and no replica', () => {
    const { primaries } = parse([0, 5_000, one, other], [5_001, 16_383, one]);
    expect([...primaries]).toEqual([['10.0.0.1:7001', { host: '10.0.0.1', port: 7001 }]]);
  });

  it('is not complete while any slot has no primary', () => {
    expect(parse([0, 16_382, one]).complete).toBe(false);
    expect(parse([1, 16_383, one]).complete).toBe(false);
    expect(parse().complete).toBe(false);
    expect(parse([1, 16_383, one]).ownerOf('foo')).toBe('10.0.0.1:7001');
  });

  it('uses the asked address for a node that does not know its own', () => {
    expect(parse([0, 16_383, [null, 7003, 'id', {}]]).ownerOf('foo')).toBe('asked.example:7003');
  });
});
