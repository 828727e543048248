import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ValidationFailed } from './errors.ts';
import { fromRfc3339, parseTimestamp, toRfc3339 } from './timestamp.ts';

const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('parseTimestamp', () => {
  it.each([0, 1, Date.UTC(2026, 0, 31), LATEST])('takes %d', (input) => {
    expect(parseTimestamp(input)).toBe(input);
  });

  it.each([-1, 0.5, NaN, Infinity, LATEST + 1, '0', null, undefined, 1n])('refuses %s', (input) => {
    expect(() => parseTimestamp(input)).toThrow(ValidationFailed);
  });
});

describe('RFC 3339', () => {
  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [Date.UTC(2026, 0, 31, 9, 30), '2026-01-31T09:30:00.000Z'],
    [Date.UTC(2024, 1, 29, 23, 59, 59, 7), '2024-02-29T23:59:59.007Z'],
    [LATEST, '9999-12-31T23:59:59.999Z'],
  ])('writes and reads %d as %s', (timestamp, text) => {
    expect(toRfc3339(parseTimestamp(timestamp))).toBe(text);
    expect(fromRfc3339(text)).toBe(timestamp);
  });

  it('reads every timestamp that it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LATEST }), (milliseconds) => {
        const timestamp = parseTimestamp(milliseconds);
        expect(fromRfc3339(toRfc3339(timestamp))).toBe(timestamp);
      }),
    );
  });

  it.each([
    '',
    'yesterday',
    '2026-01-31',
    '2026-01-31T09:30:00Z',
    '2026-01-31T09:30:00.0000Z',
    '2026-01-31T09:30:00.000+00:00',
    '2026-01-31T10:30:00.000+01:00',
    '2026-01-31t09:30:00.000z',
    '2026-01-31 09:30:00.000Z',
    ' 2026-01-31T09:30:00.000Z',
    '2026-02-30T09:30:00.000Z',
    '2025-02-29T09:30:00.000Z',
    '2026-01-31T24:00:00.000Z',
    '2026-01-31T09:30:60.000Z',
    '1969-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00.000Z',
    '-000001-01-01T00:00:00.000Z',
    null,
    0,
    {},
  ])('does not read %j', (input) => {
    expect(() => fromRfc3339(input)).toThrow(ValidationFailed);
  });
});
