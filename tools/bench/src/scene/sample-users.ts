import { createHash } from 'node:crypto';
import {
  type Email,
  parseDeviceId,
  parseEmail,
  parseTimestamp,
  parseUserId,
  type PasswordHash,
  type User,
  userDefaults,
  type UserId,
} from '@user-management/domain';

export const sampleEmail = (n: number): Email => parseEmail(`user-${n}@example.com`);

/** Ids are spread over the key space like real ones. */
export const sampleUserId = (n: number): UserId =>
  parseUserId(`usr_${createHash('md5').update(String(n)).digest('hex')}`);

/** The n-th sample user, always the same. */
export function sampleUser(n: number, passwordHash: PasswordHash): User {
  const registered = parseTimestamp(Date.UTC(2026, 0, 1) + n);
  return {
    ...userDefaults(registered),
    id: sampleUserId(n),
    email: sampleEmail(n),
    passwordHash,
    phone: null,
    name: null,
    deviceId: parseDeviceId('bench'),
    createdAt: registered,
    updatedAt: registered,
    lastLogin: null,
    preferences: { theme: 'dark', language: 'en', notifications: { email: true, push: false } },
    ...userDefaults(registered),
    version: 1,
  };
}

/** Yields users 0 to `count` - 1, with a progress bar on a terminal. */
export function* sampleUsers(count: number, passwordHash: PasswordHash, title: string): Generator<User> {
  const step = Math.ceil(count / 40);
  for (let n = 0; n < count; n += 1) {
    if (process.stderr.isTTY && n % step === 0) progress(title, n / step);
    yield sampleUser(n, passwordHash);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
}

const progress = (title: string, done: number) =>
  process.stderr.write(`\r${title} [${'#'.repeat(done)}${' '.repeat(40 - done)}]`);
