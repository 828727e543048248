import type { Password } from '../model/password.ts';
import { tokensOf } from '../model/session.ts';
import { type User, withDeletion } from '../model/user.ts';
import type { PasswordHasher } from '../ports/password-hasher.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { UserId } from '../model/user-id.ts';
import type { Caller } from './authenticate.ts';
import { changeWithPassword } from './change-with-password.ts';
import { check, type Precondition } from './precondition.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: TokenStore;
}

/** Sessions, or users, that one step removes: bounded work for the store. */
const BATCH = 100;

/**
 * Deletes the caller, who proves it with the password. The user is gone for everybody with the first write;
 * then everything that belongs to them is removed, and the email is free. `finishDeletions` finishes what a
 * crash interrupts. @throws {WrongPassword | PreconditionFailed | Overloaded | DependencyUnavailable}
 */
export const deleteUser =
  ({ hasher, ...ports }: Ports & { hasher: PasswordHasher }) =>
  async (caller: Pick<Caller, 'user'>, password: Password, precondition?: Precondition): Promise<void> => {
    const prepare = () => (user: User) => {
      check(precondition, user);
      return withDeletion(user);
    };
    const { users } = ports;
    await remove(ports, await changeWithPassword({ users, hasher }, caller.user.id, password, prepare));
  };

/**
 * Finishes deletions that somebody began and may have died in. Replicas may do it at the same time.
 * @returns how many users it removed. @throws {DependencyUnavailable}
 */
export const finishDeletions = (ports: Ports) => async (): Promise<number> => {
  const ids = await ports.users.beingDeleted(BATCH);
  for (const id of ids) await finish(ports, id);
  return ids.length;
};

async function finish(ports: Ports, id: UserId): Promise<void> {
  const user = await ports.users.findById(id);
  if (user?.status === 'deleting') await remove(ports, user);
}

/** Sessions go first, because they name the tokens. A login that raced may leave one more: hence twice. */
async function remove(ports: Ports, user: User): Promise<void> {
  await removeSessions(ports, user.id);
  await ports.users.remove(user);
  await removeSessions(ports, user.id);
}

async function removeSessions({ sessions, tokens }: Ports, id: UserId): Promise<void> {
  for (;;) {
    const removed = await sessions.removeOf(id, BATCH);
    if (removed.length === 0) return;
    await Promise.all(removed.flatMap(tokensOf).map((token) => tokens.revoke(token)));
  }
}
