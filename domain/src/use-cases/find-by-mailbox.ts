import { type Email, sameMailbox } from '../model/email.ts';
import { EmailTaken } from '../model/errors.ts';
import type { User } from '../model/user.ts';
import type { UserRepository } from '../ports/user-repository.ts';

/**
 * The user who holds the mailbox, under whichever spelling of its domain.
 * @param allowed is awaited before anybody is looked up. What it throws is rethrown.
 * @throws {DependencyUnavailable}
 */
export async function findByMailbox(
  users: UserRepository,
  email: Email,
  allowed?: Promise<unknown>,
): Promise<User | undefined> {
  for (const spelling of sameMailbox(email)) {
    const user = await users.findByEmail(spelling, allowed);
    if (user) return user;
  }
  return undefined;
}

/**
 * The repository keeps the spelling of an address unique. An older account may have another spelling.
 * @param except the user who may have it. @throws {EmailTaken | DependencyUnavailable}
 */
export async function checkOtherSpellings(
  users: UserRepository,
  email: Email,
  except?: User['id'],
): Promise<void> {
  const [, ...others] = sameMailbox(email);
  await checkNobodyElse(users, others, except);
}

/** Checks the spelling itself too, for work before the write. @throws {EmailTaken | DependencyUnavailable} */
export const checkFree = (users: UserRepository, email: Email, except: User['id']): Promise<void> =>
  checkNobodyElse(users, sameMailbox(email), except);

async function checkNobodyElse(
  users: UserRepository,
  spellings: readonly Email[],
  except: User['id'] | undefined,
): Promise<void> {
  for (const spelling of spellings) {
    const user = await users.findByEmail(spelling);
    if (user && user.id !== except) throw new EmailTaken();
  }
}
