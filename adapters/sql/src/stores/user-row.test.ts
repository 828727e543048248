import { aDifficultUser, aSessionId, aUser } from '@user-management/conformance';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { UnreadableRow } from './row.ts';
import { fromRow, parseId, toRow } from './user-row.ts';

it('reads what it wrote', () => {
  for (const user of [aUser({ phone: null, name: null }), aDifficultUser()])
    expect(fromRow(toRow(user))).toEqual(user);
});

it('reads 64-bit integers that come as strings', () => {
  const user = aUser();
  const row = {
    ...toRow(user),
    created_at: String(user.createdAt),
    updated_at: String(user.updatedAt),
    version: '1',
  };
  expect(fromRow(row)).toEqual(user);
});

describe('a row that this service did not write', () => {
  const user = aUser();
  it.each([
    ['email', 'Secret@Example.com'],
    ['email', 'secret'],
    ['password_hash', '$2b$10$secret'],
    ['phone', 'secret'],
    ['phone', undefined],
    ['name', 'secret\u0000'],
    ['device_id', null],
    ['created_at', null],
    ['created_at', '2026-01-31T09:30:00.000Z'],
    ['updated_at', '-1'],
    ['updated_at', 1.5],
    ['last_login', '99999999999999999999'],
    ['preferences', 'secret'],
    ['preferences', '[]'],
    ['preferences', '{"__proto__":"secret"}'],
    ['email_verified_at', 'secret'],
    ['status', 'secret'],
    ['status', null],
    ['password_changed_at', -1],
    ['session_epoch', -1],
    ['session_epoch', null],
    ['session_kept', 'secret'],
    ['sessions_ended', 'secret'],
    ['sessions_ended', '{}'],
    ['sessions_ended', '[["secret",1]]'],
    ['sessions_ended', JSON.stringify(Array(101).fill([aSessionId(), 1]))],
    ['sessions_ended', null],
    ['idempotency_key', 'secret'],
    ['version', 0],
    ['version', '9999999999999999'],
    ['version', new Date(1)],
  ])('is an error that names the user and the column, and shows no value: %s = %j', (column, value) => {
    const read = () => fromRow({ ...toRow(user), [column]: value });
    expect(read).toThrow(UnreadableRow);
    expect(read).toThrow(`The stored user ${user.id} cannot be used: the column ${column} is not valid.`);
  });

  it.each(['preferences', 'sessions_ended'])('shows no part of a %s that is not JSON', (column) => {
    let error: unknown;
    try {
      fromRow({ ...toRow(user), [column]: 'secret' });
    } catch (thrown) {
      error = thrown;
    }
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret');
  });

  it('is an error also where the id itself is not one', () => {
    expect(() => parseId({ id: 'root' })).toThrow(
      'The stored user root cannot be used: the column id is not valid.',
    );
    expect(() => parseId({ id: null })).toThrow('The stored user without an id cannot be used');
  });
});
