import type { Email } from '../model/email.ts';
import type { User } from '../model/user.ts';
import { isListed, type UserFilter, type UserPage, type UserPlace } from '../model/user-list.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { findByMailbox } from './find-by-mailbox.ts';

interface Ports {
  users: UserRepository;
}

export interface UserQuery extends UserFilter {
  /** The user who holds this mailbox, under any spelling. Then there is one page. */
  readonly email?: Email | undefined;
}

/** @throws {DependencyUnavailable} */
export const listUsers =
  ({ users }: Ports) =>
  async ({ email, ...filter }: UserQuery, limit: number, after?: UserPlace): Promise<UserPage> => {
    if (email === undefined) return users.list(filter, limit, after);
    const user = await findByMailbox(users, email);
    return { users: user && isListed(user, filter) ? [user] : [], next: null };
  };

const PAGE = 200;

/** All users, page by page. @throws {DependencyUnavailable} */
export const exportUsers = ({ users }: Ports) =>
  async function* (): AsyncGenerator<readonly User[]> {
    let after: UserPlace | undefined;
    do {
      const page = await users.list({}, PAGE, after);
      yield page.users;
      after = page.next ?? undefined;
    } while (after !== undefined);
  };
