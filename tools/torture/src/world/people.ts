import {
  type Email,
  newUser,
  parseDeviceId,
  parseEmail,
  parsePasswordHash,
  parsePreferences,
  parseTimestamp,
  parseUserId,
  type User,
  type UserId,
} from '@user-management/domain';

export interface Person {
  readonly id: UserId;
  readonly email: Email;
}

/** Few enough that readers and writers meet all the time. */
const RECENT = 4;

const HASH = parsePasswordHash(
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE',
);

/** Whom a run knows; who registered lately is of interest, the others are left alone. */
export class People {
  readonly #seed: number;
  readonly #known: Person[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  get recent(): readonly Person[] {
    return this.#known.slice(-RECENT);
  }

  /** A new person, or one who wants an email that somebody else wants too. */
  meet(email?: Email): Person {
    const number = this.#known.length + 1;
    const id = parseUserId(`usr_${hex(this.#seed, 12)}70008${hex(number, 15)}`);
    const person = { id, email: email ?? parseEmail(`person-${number}@run-${this.#seed}.example.com`) };
    this.#known.push(person);
    return person;
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** What the person registers; `mark` is different in everything that is ever written. */
export const registration = ({ id, email }: Person, mark: string): User =>
  newUser(
    id,
    {
      email,
      deviceId: parseDeviceId('torture'),
      phone: null,
      name: null,
      preferences: parsePreferences({ mark }),
    },
    HASH,
    parseTimestamp(Date.now()),
  );
