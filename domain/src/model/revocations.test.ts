import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import {
  type EndedSession,
  isRevoked,
  MOST_ENDED,
  NO_REVOCATIONS,
  parseEnded,
  parseEpoch,
  revokeAll,
  revokeEach,
  revokeOthers,
} from './revocations.ts';
import { parseSessionId } from './session-id.ts';
import { parseTimestamp } from './timestamp.ts';

const sessionId = (n: number) => parseSessionId(`ses_${String(n).padStart(32, '0')}`);
const at = parseTimestamp;
const ended = (n: number, until: number): EndedSession => ({ id: sessionId(n), until: at(until) });
const [one, other] = [sessionId(1), sessionId(2)];

describe('isRevoked', () => {
  it('lets sessions of the epoch live, and no other', () => {
    expect(isRevoked(NO_REVOCATIONS, { id: one, epoch: 0 })).toBe(false);
    expect(isRevoked(revokeAll(NO_REVOCATIONS), { id: one, epoch: 0 })).toBe(true);
    expect(isRevoked(revokeAll(NO_REVOCATIONS), { id: one, epoch: 1 })).toBe(false);
    // A store that was restored from an older copy must not let newer tokens in.
    expect(isRevoked(NO_REVOCATIONS, { id: one, epoch: 1 })).toBe(true);
  });

  it('lets the kept session live in its old epoch, until the next one is kept', () => {
    const kept = revokeOthers(NO_REVOCATIONS, one);
    expect(isRevoked(kept, { id: one, epoch: 0 })).toBe(false);
    expect(isRevoked(kept, { id: other, epoch: 0 })).toBe(true);
    expect(isRevoked(revokeOthers(kept, other), { id: one, epoch: 0 })).toBe(true);
    expect(isRevoked(revokeAll(kept), { id: one, epoch: 0 })).toBe(true);
  });

  it('does not take a token without a session for the kept one', () => {
    expect(isRevoked(NO_REVOCATIONS, { id: null, epoch: 0 })).toBe(false);
    expect(isRevoked(revokeAll(NO_REVOCATIONS), { id: null, epoch: 0 })).toBe(true);
  });

  it('knows the sessions that ended on their own, and the kept one among them', () => {
    const revocations = revokeEach(revokeOthers(NO_REVOCATIONS, one), [ended(1, 10)], at(0));
    expect(isRevoked(revocations, { id: one, epoch: 0 })).toBe(true);
    expect(isRevoked(revocations, { id: one, epoch: 1 })).toBe(true);
    expect(isRevoked(revocations, { id: other, epoch: 1 })).toBe(false);
  });
});

describe('revokeEach', () => {
  it('forgets what has expired, when it adds something', () => {
    const first = revokeEach(NO_REVOCATIONS, [ended(1, 10)], at(0));
    expect(revokeEach(first, [ended(2, 20)], at(10)).ended).toEqual([ended(2, 20)]);
  });

  it('gives back its argument when there is nothing to add', () => {
    const first = revokeEach(NO_REVOCATIONS, [ended(1, 10)], at(0));
    expect(revokeEach(first, [ended(1, 10)], at(5))).toBe(first);
    expect(revokeEach(first, [ended(2, 5)], at(5))).toBe(first);
  });

  it('keeps a bounded number: the ones that expire last', () => {
    const many = Array.from({ length: MOST_ENDED + 1 }, (_, n) => ended(n, n + 1));
    const revocations = revokeEach(NO_REVOCATIONS, many, at(0));
    expect(revocations.ended).toHaveLength(MOST_ENDED);
    expect(revocations.ended.map(({ id }) => id)).not.toContain(sessionId(0));
  });

  it('survives the end of everything else', () => {
    const first = revokeEach(NO_REVOCATIONS, [ended(1, 10)], at(0));
    for (const next of [revokeAll(first), revokeOthers(first, other)]) {
      expect(next.ended).toEqual(first.ended);
    }
  });
});

describe('what a store holds', () => {
  it('is read when it is what was written', () => {
    expect(parseEpoch(7)).toBe(7);
    expect(parseEnded([[one, 10]])).toEqual([ended(1, 10)]);
  });

  it.each([[-1], [1.5], ['1'], [null], [2 ** 53]])('is no epoch: %j', (input) => {
    expect(() => parseEpoch(input)).toThrow(ValidationFailed);
  });

  it.each([
    [null],
    [{}],
    [[one]],
    [[[one]]],
    [[['ses_1', 10]]],
    [[[one, -1]]],
    [Array(MOST_ENDED + 1).fill([one, 1])],
  ])('is no list of ended sessions: %j', (input) => {
    expect(() => parseEnded(input)).toThrow(ValidationFailed);
  });
});
