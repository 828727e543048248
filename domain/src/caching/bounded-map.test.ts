import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';

const has = (map: BoundedMap<string, string>, keys: string) =>
  [...keys].filter((key) => map.get(key) !== undefined).join('');

describe('BoundedMap', () => {
  it('drops what was set the longest ago, beyond its limit', () => {
    const map = new BoundedMap<string, string>(3);
    for (const key of 'abcde') map.set(key, key);
    expect(has(map, 'abcde')).toBe('cde');
  });

  it('counts a key that is set again once, and as new', () => {
    const map = new BoundedMap<string, string>(3);
    for (const key of 'abcaad') map.set(key, key);
    expect(has(map, 'abcd')).toBe('acd');
  });

  it('has the latest value of a key', () => {
    const map = new BoundedMap<string, string>(1);
    map.set('a', 'old');
    map.set('a', 'new');
    expect(map.get('a')).toBe('new');
  });
});
