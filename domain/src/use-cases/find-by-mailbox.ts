import { type Email, sameMailbox } from '../model/email.ts';
import type { User } from '../model/user.ts';
import type { UserRepository } from '../ports/user-repository.ts';

/** The user who holds the mailbox, under whichever spelling of its domain. @throws {DependencyUnavailable} */
export async function findByMailbox(users: UserRepository, email: Email): Promise<User | undefined> {
  for (const spelling of sameMailbox(email)) {
    const user = await users.findByEmail(spelling);
    if (user) return user;
  }
  return undefined;
}
