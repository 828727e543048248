import type { Password } from '../model/password.ts';
import { mailboxOf } from '../model/email.ts';
import {
  Damaged,
  DependencyUnavailable,
  orDamaged,
  PreconditionFailed,
  UserNotFound,
} from '../model/errors.ts';
import type { Origin } from '../model/event.ts';
import { type Removal, type User, withDeletion } from '../model/user.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { Clock } from '../ports/clock.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { KnownDevices } from '../ports/known-devices.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { RateLimiter } from '../ports/rate-limiter.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { UserId } from '../model/user-id.ts';
import type { Caller } from './authenticate.ts';
import { changeWithPassword } from './change-with-password.ts';
import { erase } from './erase.ts';
import { byCaller, effectOf } from './new-event.ts';
import type { NoteFailure } from './note-failure.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: TokenStore;
  events: EventLog;
  challenges: ChallengeRepository;
  knownDevices: KnownDevices;
}

interface DeletionPorts extends Ports {
  hasher: PasswordHasher;
  limiter: RateLimiter;
  identifiers: Identifiers;
  clock: Clock;
  noteFailure: NoteFailure;
}

/** Users that one round removes: bounded work for the store. */
const BATCH = 100;

/**
 * Deletes the caller, who proves it with the password. The user is gone for everybody with the first write;
 * then everything that belongs to them is removed, and the email is free. `finishDeletions` finishes what a
 * crash interrupts.
 * @throws {RateLimited | WrongPassword | PreconditionFailed | Overloaded | DependencyUnavailable}
 */
export const deleteUser =
  (ports: DeletionPorts) =>
  async (caller: Caller, password: Password, precondition?: Precondition): Promise<void> => {
    // Otherwise a thief of the token could test guesses of the password with a condition that never holds.
    check(precondition, caller.user);
    const prepare = () => ({
      apply: (user: User) => {
        check(precondition, user);
        return withDeletion(user);
      },
      effects: effectOf(ports, 'user.deleted', caller.user.id, byCaller(caller)),
    });
    await remove(ports, await changeWithPassword(ports, caller, password, prepare));
  };

interface RemovalPorts extends Ports {
  identifiers: Identifiers;
  clock: Clock;
}

/**
 * Deletes a user for an operator, also one whose record is damaged. Idempotent.
 * @throws {PreconditionFailed | DependencyUnavailable}
 */
export const removeUser =
  (ports: RemovalPorts) =>
  async (id: UserId, origin: Origin, precondition?: Precondition): Promise<void> => {
    const begin = (user: User): User => {
      if (user.status === 'deleting') return user;
      check(precondition, user);
      return withDeletion(user);
    };
    const effects = effectOf(ports, 'user.deleted', id, origin);
    let user: Removal = { id };
    try {
      user = await ports.users.update(id, begin, effects);
    } catch (error) {
      if (error instanceof UserNotFound) return;
      if (!(error instanceof Damaged)) throw error;
      // Nobody can tell its version.
      if (precondition) throw new PreconditionFailed();
      // A repeat after a crash may add the event again, which is better than none.
      for (const event of effects.events) await ports.events.append(event);
    }
    await remove(ports, user);
  };

/**
 * Finishes deletions that somebody began and may have died in, also where another one fails. Replicas may do
 * it at the same time.
 * @returns how many users it removed. @throws {DependencyUnavailable}
 */
export const finishDeletions = (ports: Ports) => async (): Promise<number> => {
  const ids = await ports.users.beingDeleted(BATCH);
  const failures: unknown[] = [];
  for (const id of ids) {
    try {
      await finish(ports, id);
    } catch (error) {
      if (error instanceof DependencyUnavailable) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return ids.length;
};

async function finish(ports: Ports, id: UserId): Promise<void> {
  const user = await orDamaged(ports.users.findById(id));
  if (user === 'damaged') await remove(ports, { id });
  else if (user?.status === 'deleting') await remove(ports, user);
}

/** A login that raced erases what it left: see `startSession`. */
async function remove(ports: Ports, user: Removal): Promise<void> {
  await erase(ports, user.id);
  if (user.email !== undefined) await ports.knownDevices.forget(mailboxOf(user.email));
  await ports.users.remove(user);
}
