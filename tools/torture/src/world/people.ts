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

/** Small, so that readers and writers often use the same user. */
const RECENT = 4;

const HASH = parsePasswordHash(
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE',
);

/** The users of a run. The operations use only the latest ones. */
export class People {
  readonly #seed: number;
  readonly #known: Person[] = [];
  #accounts = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  get recent(): readonly Person[] {
    return this.#known.slice(-RECENT);
  }

  /** The email of a user who registers through the use cases. */
  newEmail(): Email {
    return parseEmail(`account-${++this.#accounts}@run-${this.#seed}.example.com`);
  }

  /** Creates a person, with a new email or with the email of another person. */
  meet(email?: Email): Person {
    const number = this.#known.length + 1;
    const id = parseUserId(`usr_${hex(this.#seed, 12)}70008${hex(number, 15)}`);
    const person = { id, email: email ?? parseEmail(`person-${number}@run-${this.#seed}.example.com`) };
    this.#known.push(person);
    return person;
  }
}

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** The user that a person registers. `mark` is unique for every write of a run. */
export const registration = ({ id, email }: Person, mark: string): User =>
  newUser(
    id,
    {
      email,
      deviceId: parseDeviceId('torture'),
      phone: null,
      name: null,
      preferences: parsePreferences({ mark }),
      idempotencyKey: null,
    },
    HASH,
    parseTimestamp(Date.now()),
  );
