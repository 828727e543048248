import { parseTimestamp } from '@user-management/domain';
import { validate, version } from 'uuid';
import { describe, expect, it } from 'vitest';
import { RandomIdentifiers } from './random-identifiers.ts';

const identifiers = new RandomIdentifiers();
const now = parseTimestamp(Date.UTC(2026, 0, 31, 9, 30, 0, 123));
const asUuid = (id: string): string =>
  id.slice(4).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

describe('RandomIdentifiers', () => {
  it('makes user ids of a UUIDv7 that holds the given time', () => {
    const id = identifiers.newUserId(now);
    expect(id).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(validate(asUuid(id))).toBe(true);
    expect(version(asUuid(id))).toBe(7);
    expect(parseInt(id.slice(4, 16), 16)).toBe(now);
  });

  it('makes the ids of sessions, events and messages in the same way', () => {
    const ids = [identifiers.newSessionId(now), identifiers.newEventId(now), identifiers.newMessageId(now)];
    expect(ids).toEqual([
      expect.stringMatching(/^ses_[0-9a-f]{32}$/),
      expect.stringMatching(/^evt_[0-9a-f]{32}$/),
      expect.stringMatching(/^msg_[0-9a-f]{32}$/),
    ]);
    for (const id of ids) {
      expect(version(asUuid(id))).toBe(7);
      expect(parseInt(id.slice(4, 16), 16)).toBe(now);
    }
  });

  it('makes ids that sort by the time they were made, whatever the clock of the machine says', () => {
    const ids = [0, 1, 2, 1_000, 1_000_000_000].map((later) =>
      identifiers.newUserId(parseTimestamp(now + later)),
    );
    expect(ids.toSorted()).toEqual(ids);
  });

  it('never makes the same id twice in one millisecond, and its ids sort in their order', () => {
    const ids = Array.from({ length: 10_000 }, () => identifiers.newUserId(now));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });
});
