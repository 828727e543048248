import { isDeepStrictEqual } from 'node:util';
import type { Email, User, UserId } from '@user-management/domain';
import type { Journal } from './journal.ts';

/** What was known of a user at the start of a read. It limits the correct answers. */
export interface Reading {
  readonly id: UserId;
  /** The newest acknowledged version, or 0. */
  readonly floor: number;
  /** Whether the registration had been refused. */
  readonly refused: boolean;
}

interface Past {
  acknowledged: number;
  refused: boolean;
  /** The attempted contents of each version. */
  readonly attempts: Map<number, User[]>;
  /** The written content of each version, known since the first read of it. */
  readonly contents: Map<number, User>;
}

/**
 * Knows every attempted, acknowledged and seen version of every user. Throws a {Violation} when an answer
 * contradicts this history.
 */
export class UserHistory {
  readonly #journal: Journal;
  readonly #pasts = new Map<UserId, Past>();
  readonly #claims = new Map<Email, Set<UserId>>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  begin(id: UserId): Reading {
    const { acknowledged: floor, refused } = this.#past(id);
    return { id, floor, refused };
  }

  beginByEmail(email: Email): Reading[] {
    return [...(this.#claims.get(email) ?? [])].map((id) => this.begin(id));
  }

  /** Notes an attempt to write. Call it before the attempt. */
  attempted(user: User): void {
    const { attempts } = this.#past(user.id);
    attempts.set(user.version, [...(attempts.get(user.version) ?? []), user]);
    const claim = this.#claims.get(user.email) ?? new Set();
    this.#claims.set(user.email, claim.add(user.id));
  }

  acknowledged(user: User, since: Reading): void {
    if (user.version <= since.floor)
      this.#violated(user.id, since.floor, `acknowledged version ${user.version} after ${since.floor}`);
    const rival = this.#registeredWith(user.email).find((id) => id !== user.id);
    if (rival) this.#violated(user.id, 1, `registered ${user.email}, but ${rival} has that email`);
    this.#see(user);
    const past = this.#past(user.id);
    past.acknowledged = Math.max(past.acknowledged, user.version);
  }

  /** Notes that the email was taken, so nothing of this user was written. */
  refused(user: User): void {
    if ((this.#claims.get(user.email)?.size ?? 0) < 2)
      this.#violated(user.id, 1, `refused ${user.email} as taken, although no other user has it`);
    if (this.#past(user.id).acknowledged > 0) this.#violated(user.id, 1, 'refused after it was acknowledged');
    this.#past(user.id).refused = true;
  }

  answered({ id, floor, refused }: Reading, found: User | undefined): void {
    const version = found?.version ?? 0;
    if (version < floor)
      this.#violated(id, version, `found ${name(version)} after ${name(floor)} was acknowledged`);
    if (found && refused) this.#violated(id, version, 'found a user whose registration was refused');
    if (found && found.id !== id) this.#violated(id, version, `found ${found.id}`);
    if (found) this.#see(found);
  }

  answeredByEmail(email: Email, readings: readonly Reading[], found: User | undefined): void {
    if (found && found.email !== email) this.#violated(found.id, found.version, `found by ${email}`);
    const registered = readings.find((reading) => reading.floor > 0);
    const reading = registered ?? readings.find((candidate) => candidate.id === found?.id);
    if (reading) this.answered(reading, found);
    // Another user may have registered with the email during the read.
    else if (found) this.answered({ id: found.id, floor: 0, refused: false }, found);
  }

  #see(user: User): void {
    const { attempts, contents } = this.#past(user.id);
    const seen = contents.get(user.version);
    const candidates = seen ? [seen] : (attempts.get(user.version) ?? []);
    const written = candidates.find((candidate) => isDeepStrictEqual(candidate, user));
    if (!written)
      this.#violated(
        user.id,
        user.version,
        `found ${JSON.stringify(user)}, but the written versions are ${JSON.stringify(candidates)}`,
      );
    contents.set(user.version, written);
  }

  #registeredWith(email: Email): UserId[] {
    return [...(this.#claims.get(email) ?? [])].filter((id) => this.#past(id).acknowledged > 0);
  }

  #past(id: UserId): Past {
    const past = this.#pasts.get(id) ?? {
      acknowledged: 0,
      refused: false,
      attempts: new Map(),
      contents: new Map(),
    };
    this.#pasts.set(id, past);
    return past;
  }

  #violated(id: UserId, version: number, what: string): never {
    throw this.#journal.violation(id, id, what, version ? `version ${version} ` : '');
  }
}

const name = (version: number): string => (version === 0 ? 'no user' : `version ${version}`);
