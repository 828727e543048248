import { aDifficultMail, aQueuedMail } from '@user-management/conformance';
import { parseTimestamp } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { fromRow, toRow } from './mail-row.ts';
import { UnreadableRow } from './row.ts';

const now = parseTimestamp(1_000_000);

it('reads what it wrote', () => {
  const unknown = aQueuedMail(now, { device: { userAgent: null, ip: null } });
  for (const mail of [aQueuedMail(now), aDifficultMail(now), unknown])
    expect(fromRow(toRow(mail))).toEqual(mail);
});

it('reads 64-bit integers that come as strings', () => {
  const mail = aDifficultMail(now);
  const row = Object.entries(toRow(mail)).map(([name, value]) => [
    name,
    typeof value === 'number' ? String(value) : value,
  ]);
  expect(fromRow(Object.fromEntries(row) as ReturnType<typeof toRow>)).toEqual(mail);
});

describe('a row that this service did not write', () => {
  const mail = aDifficultMail(now);
  it.each([
    ['kind', 'secret'],
    ['recipient', 'Secret@Example.com'],
    ['user_id', 'secret'],
    ['name', 'secret\u0000'],
    ['device', 'null'],
    ['device', '{"secret'],
    ['device', '{"user_agent":"secret\u0000","ip":null}'],
    ['device', '{"user_agent":null,"ip":"secret"}'],
    ['occurred_at', null],
    ['challenge', 'secret'],
    ['expires_at', '-1'],
    ['attempts', -1],
    ['due_at', 1.5],
    ['version', 0],
  ])('is an error that names the mail and the column, and shows no value: %s = %j', (column, value) => {
    const read = () => fromRow({ ...toRow(mail), [column]: value });
    expect(read).toThrow(UnreadableRow);
    expect(read).toThrow(`The stored mail ${mail.id} cannot be used: the column ${column} is not valid.`);
  });
});
