import { aDifficultSession, aSession } from '@user-management/conformance';
import { parseTimestamp } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { UnreadableRow } from './row.ts';
import { fromRow, toRow } from './session-row.ts';

const now = parseTimestamp(1_000_000);

it('reads what it wrote', () => {
  for (const session of [aSession(now), aSession(now, { refresh: null }), aDifficultSession(now)])
    expect(fromRow(toRow(session))).toEqual(session);
});

it('reads 64-bit integers that come as strings', () => {
  const session = aDifficultSession(now);
  const row = Object.entries(toRow(session)).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
  expect(fromRow(Object.fromEntries(row) as ReturnType<typeof toRow>)).toEqual(session);
});

it('rounds the end of a session up to an hour, so that few changes of it change the row', () => {
  const overAt = (expiresAt: number) =>
    toRow(aSession(now, { expiresAt: parseTimestamp(expiresAt) })).over_at;
  expect([3_600_000, 3_600_001, 7_200_000].map(overAt)).toEqual([3_600_000, 7_200_000, 7_200_000]);
});

describe('a row that this service did not write', () => {
  const session = aDifficultSession(now);
  it.each([
    ['user_id', 'secret'],
    ['epoch', -1],
    ['device_id', null],
    ['user_agent', 'secret\u0000'],
    ['user_agent', ''],
    ['ip', 'secret'],
    ['created_at', null],
    ['last_seen_at', '-1'],
    ['expires_at', 1.5],
    ['ended_at', 'secret'],
    ['token_digest', 'secret'],
    ['token_digest', null],
    ['token_expires_at', '99999999999999999999'],
    ['previous_token_digest', 'secret'],
    ['previous_token_expires_at', null],
    ['refresh_family', 'secret'],
    ['refresh_current', null],
    ['predecessor_digest', 'secret'],
    ['predecessor_salt', 'secret'],
    ['predecessor_salt', null],
    ['predecessor_until', null],
    ['version', 0],
  ])('is an error that names the session and the column, and shows no value: %s = %j', (column, value) => {
    const read = () => fromRow({ ...toRow(session), [column]: value });
    expect(read).toThrow(UnreadableRow);
    expect(read).toThrow(
      `The stored session ${session.id} cannot be used: the column ${column} is not valid.`,
    );
  });
});
