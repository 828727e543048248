import { EmailTaken } from '../model/errors.ts';
import type { Origin } from '../model/event.ts';
import type { User } from '../model/user.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { createUser, NewUser } from './create-user.ts';
import { findByMailbox } from './find-by-mailbox.ts';

interface Ports {
  users: UserRepository;
  createUser: ReturnType<typeof createUser>;
}

export interface ImportedUser {
  /** `unchanged`: somebody has the email already, and keeps everything. */
  readonly status: 'created' | 'unchanged';
  readonly id: User['id'];
}

/**
 * Adds a user unless the email is taken, so an import can be repeated. It looks before it hashes: a repeat
 * costs little.
 * @throws {WeakPassword | UnusableHash | Overloaded | DependencyUnavailable}
 */
export const importUser =
  (ports: Ports) =>
  async (given: NewUser, origin: Origin): Promise<ImportedUser> => {
    const holder = await findByMailbox(ports.users, given.email);
    if (holder) return { status: 'unchanged', id: holder.id };
    try {
      return { status: 'created', id: (await ports.createUser(given, origin)).id };
    } catch (error) {
      const faster = error instanceof EmailTaken && (await findByMailbox(ports.users, given.email));
      if (!faster) throw error;
      return { status: 'unchanged', id: faster.id };
    }
  };
