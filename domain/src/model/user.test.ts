import { describe, expect, it } from 'vitest';
import { parseEmail } from './email.ts';
import { ValidationFailed } from './errors.ts';
import { parsePasswordHash } from './password.ts';
import { parsePreferences } from './preferences.ts';
import { parseDeviceId, parseName, parsePhone } from './profile.ts';
import { parseTimestamp } from './timestamp.ts';
import { lastActive, newUser, withLogin, withPreferences } from './user.ts';
import { firstUserIdAt, parseUserId } from './user-id.ts';

const id = parseUserId('usr_0190163d8694739baea5966c26f8ad91');
const passwordHash = parsePasswordHash(
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE',
);
const registration = {
  email: parseEmail('ada@example.com'),
  deviceId: parseDeviceId('phone-1'),
  phone: parsePhone('+4930123456'),
  name: parseName('Ada Lovelace'),
  preferences: parsePreferences({ theme: 'dark' }),
  idempotencyKey: null,
};
const aUser = () => newUser(id, registration, passwordHash, parseTimestamp(Date.UTC(2026, 0, 31)));

describe('parseUserId', () => {
  it('takes usr_ and 32 hex digits', () => {
    expect(parseUserId(id)).toBe('usr_0190163d8694739baea5966c26f8ad91');
  });

  it.each([
    '',
    'usr_',
    '0190163d8694739baea5966c26f8ad91',
    'usr_0190163D8694739BAEA5966C26F8AD91',
    'usr_0190163d-8694-739b-aea5-966c26f8ad91',
    'usr_0190163d8694739baea5966c26f8ad9',
    'usr_0190163d8694739baea5966c26f8ad911',
    'usr_0190163d8694739baea5966c26f8ad9g',
    'usr_0190163d8694739baea5966c26f8ad91\n',
    '../usr_0190163d8694739baea5966c26f8ad91',
    undefined,
    null,
    1,
    ['usr_0190163d8694739baea5966c26f8ad91'],
  ])('refuses %j', (input) => {
    expect(() => parseUserId(input)).toThrow(ValidationFailed);
  });
});

describe('the first id at a time', () => {
  it('comes after the ids of earlier times, and not after those of the time', () => {
    const first = firstUserIdAt(parseTimestamp(0x0190163d8694));
    expect(parseUserId(first)).toBe('usr_0190163d869400000000000000000000');
    expect(first < id).toBe(true);
    expect(first > 'usr_0190163d8693ffffffffffffffffffff').toBe(true);
  });
});

describe('a user', () => {
  const later = parseTimestamp(Date.UTC(2026, 5, 1));

  it('starts at version 1, never logged in', () => {
    expect(newUser(id, registration, passwordHash, later)).toEqual({
      ...registration,
      id,
      passwordHash,
      createdAt: later,
      updatedAt: later,
      lastLogin: null,
      metadata: {},
      emailVerifiedAt: null,
      status: 'active',
      passwordChangedAt: later,
      revocations: { epoch: 0, kept: null, ended: [] },
      version: 1,
    });
  });

  it('has another version and time of change with other preferences', () => {
    const user = aUser();
    const changed = withPreferences(user, { theme: 'light' }, later);
    expect(changed).toEqual({ ...user, preferences: { theme: 'light' }, updatedAt: later, version: 2 });
    expect(user.version).toBe(1);
  });

  it('has another version, device, hash and last login, but not time of change, after a login', () => {
    const user = aUser();
    const deviceId = parseDeviceId('tablet');
    const hash = parsePasswordHash(user.passwordHash.replace('m=19456', 'm=65536'));
    expect(withLogin(user, deviceId, hash, later)).toEqual({
      ...user,
      deviceId,
      passwordHash: hash,
      lastLogin: later,
      version: 2,
    });
  });

  it('was last active when it logged in, or else when it was registered', () => {
    const user = aUser();
    expect(lastActive(user)).toBe(user.createdAt);
    expect(lastActive({ ...user, lastLogin: later })).toBe(later);
  });
});
