import { aDifficultUser, aUser } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { fromRow, parseId, toRow, UnreadableUser } from './user-row.ts';

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
    ['version', 0],
    ['version', '9999999999999999'],
    ['version', new Date(1)],
  ])('is an error that names the user and the column, and shows no value: %s = %j', (column, value) => {
    const read = () => fromRow({ ...toRow(user), [column]: value });
    expect(read).toThrow(UnreadableUser);
    expect(read).toThrow(`The stored user ${user.id} cannot be used: the column ${column} is not valid.`);
  });

  it('is an error also where the id itself is not one', () => {
    expect(() => parseId({ id: 'root' })).toThrow(
      'The stored user root cannot be used: the column id is not valid.',
    );
    expect(() => parseId({ id: null })).toThrow('The stored user without an id cannot be used');
  });
});
