import { hash } from 'node:crypto';
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

/** When the n-th sample user registered. */
const registeredAt = (n: number) => parseTimestamp(Date.UTC(2026, 0, 1) + n);

/** An id in the form of a UUIDv7, as the service makes them: a later one sorts after an earlier one. */
export function sampleUuid(time: number, seed: string): string {
  const random = hash('md5', seed);
  return `${time.toString(16).padStart(12, '0')}7${random.slice(0, 3)}8${random.slice(3, 18)}`;
}

export const sampleUserId = (n: number): UserId =>
  parseUserId(`usr_${sampleUuid(registeredAt(n), String(n))}`);

/** The n-th sample user, always the same. */
export function sampleUser(n: number, passwordHash: PasswordHash): User {
  const registered = registeredAt(n);
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
