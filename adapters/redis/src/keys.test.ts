import { aDigest, anEmail, aUserId } from '@user-management/conformance';
import calculateSlot from 'cluster-key-slot';
import { describe, expect, it } from 'vitest';
import { keys, patternOf } from './keys.ts';

describe('a key', () => {
  it('is what other services and operators rely on', () => {
    const [id, email, token] = [aUserId(), anEmail(), aDigest()];
    expect(keys.user(id)).toBe(`user:${id}`);
    expect(keys.email(email)).toBe(`user:email:${email}`);
    expect(keys.token(token)).toBe(`auth:token:${token}`);
  });

  it('of a lease is in the hash slot of its user', () => {
    const id = aUserId();
    expect(calculateSlot(keys.lease(id))).toBe(calculateSlot(keys.user(id)));
  });

  it('of a supplement is in the hash slot of its record', () => {
    const id = aUserId();
    expect(calculateSlot(keys.supplement(id))).toBe(calculateSlot(keys.record(id)));
  });

  it('for a probe is in the hash slot of its tag, and covers each family that requests read', () => {
    const probes = keys.probes('tag');
    expect(probes.map(patternOf)).toEqual(['lease:*', 'user:*', 'auth:token:*']);
    expect(new Set(probes.map((key) => calculateSlot(key)))).toEqual(new Set([calculateSlot('tag')]));
  });

  it('belongs to the narrowest family that matches it', () => {
    expect(patternOf(keys.email(anEmail()))).toBe('user:email:*');
    expect(patternOf(keys.claim(anEmail()))).toBe('record:*');
    expect(patternOf('session:1')).toBeUndefined();
  });
});
