import { aDigest, anEmail, aQueuedMail, aUserId } from '@user-management/conformance';
import { parseEmail, parseTimestamp } from '@user-management/domain';
import calculateSlot from 'cluster-key-slot';
import { describe, expect, it } from 'vitest';
import { keys, patternOf, recordOfMail } from './keys.ts';

describe('a key', () => {
  it('is what other services and operators rely on', () => {
    const [id, email, token] = [aUserId(), anEmail(), aDigest()];
    expect(keys.user(id)).toBe(`user:${id}`);
    expect(keys.email(email)).toBe(`user:email:${email}`);
    expect(keys.token(token)).toBe(`auth:token:${token}`);
  });

  it('of a limit or of known devices has a digest instead of the address', () => {
    const email = parseEmail('ann@example.com');
    expect(keys.limit('mail', email)).toBe('limit:mail:cdT1X3L6Eo37RooaOQFQfI');
    expect(keys.devices(email)).toBe('auth:devices:cdT1X3L6Eo37RooaOQFQfI');
  });

  it('of a lease is in the hash slot of its user', () => {
    const id = aUserId();
    expect(calculateSlot(keys.lease(id))).toBe(calculateSlot(keys.user(id)));
  });

  it('of a supplement or of metadata is in the hash slot of its record', () => {
    const id = aUserId();
    expect(calculateSlot(keys.supplement(id))).toBe(calculateSlot(keys.record(id)));
    expect(calculateSlot(keys.metadata(id))).toBe(calculateSlot(keys.record(id)));
  });

  it('of a mail is in the hash slot of the record that it names', () => {
    const { id } = aQueuedMail(parseTimestamp(0));
    for (const record of [keys.record(aUserId()), keys.challenge(aDigest())]) {
      for (const key of [keys.mail(record, id), ...keys.firstMails(record)]) {
        expect(calculateSlot(key)).toBe(calculateSlot(record));
        expect(recordOfMail(key)).toBe(record);
      }
    }
    for (const other of ['record:mail:{}:x', 'record:mails:due', 'user:{x}:record:mail:{x}:y']) {
      expect(recordOfMail(other)).toBeUndefined();
    }
  });

  it('for a probe is in the hash slot of its tag, and covers each family that requests read', () => {
    const probes = keys.probes('tag');
    expect(probes.map(patternOf)).toEqual(['lease:*', 'user:*', 'auth:token:*', 'limit:*']);
    expect(new Set(probes.map((key) => calculateSlot(key)))).toEqual(new Set([calculateSlot('tag')]));
  });

  it('belongs to the narrowest family that matches it', () => {
    expect(patternOf(keys.email(anEmail()))).toBe('user:email:*');
    expect(patternOf(keys.claim(anEmail()))).toBe('record:*');
    expect(patternOf('session:1')).toBeUndefined();
  });
});
