import { hash as digest } from 'node:crypto';
import {
  authenticate,
  CachedUsers,
  issueToken,
  logIn,
  logOut,
  mergePreferences,
  parseDeviceId,
  parsePassword,
  parsePasswordHash,
  type Password,
  type PasswordHash,
  type PasswordHasher,
  readUser,
  registerUser,
  type Registration,
  replacePreferences,
} from '@user-management/domain';
import { aToken, aUserId, anEmail } from '@user-management/domain/conformance';
import { MemoryTokenStore } from '../memory-token-store.ts';
import { MemoryUserCache } from '../memory-user-cache.ts';
import { MemoryUsers } from '../memory-users.ts';
import { TestClock } from '../test-clock.ts';

/** A hasher that is quick: what argon2 does is its own adapter's business. */
export class QuickHasher implements PasswordHasher {
  memory = 8;
  readonly verified: (PasswordHash | undefined)[] = [];
  #made = 0;

  hash(password: Password): Promise<PasswordHash> {
    return Promise.resolve(
      this.#phc(password, `m=${this.memory},t=1,p=1`, `salt${++this.#made}`.padEnd(22, 'A')),
    );
  }

  verify(hash: PasswordHash | undefined, password: Password): Promise<boolean> {
    this.verified.push(hash);
    const [, , , parameters = '', salt = ''] = hash?.split('$') ?? [];
    return Promise.resolve(hash !== undefined && this.#phc(password, parameters, salt) === hash);
  }

  needsRehash(hash: PasswordHash): boolean {
    return !hash.includes(`$m=${this.memory},`);
  }

  #phc(password: Password, parameters: string, salt: string): PasswordHash {
    return parsePasswordHash(
      `$argon2id$v=19$${parameters}$${salt}$${digest('sha256', salt + password.reveal(), 'hex')}`,
    );
  }
}

export const password = parsePassword('correct horse');
export const phone = parseDeviceId('phone');

export const aRegistration = (members: Partial<Registration> = {}): Registration => ({
  email: anEmail(),
  deviceId: phone,
  phone: null,
  name: null,
  preferences: {},
  ...members,
});

/** Every use case over ports in memory, and the ports. */
export function world() {
  const clock = new TestClock();
  const store = new MemoryUsers();
  const users = new CachedUsers(store, new MemoryUserCache({ clock, ttl: 60, maxEntries: 1_000 }));
  const tokens = new MemoryTokenStore({ clock, maxEntries: 1_000 });
  const hasher = new QuickHasher();
  const identifiers = { newUserId: aUserId, newAuthToken: aToken };
  const ports = { users, tokens, hasher, clock, identifiers, tokenTtl: 3600 };
  const issue = { ...ports, issueToken: issueToken(ports) };
  return {
    ...ports,
    store,
    registerUser: registerUser(issue),
    logIn: logIn(issue),
    logOut: logOut(ports),
    authenticate: authenticate(ports),
    readUser: readUser(ports),
    replacePreferences: replacePreferences(ports),
    mergePreferences: mergePreferences(ports),
  };
}
