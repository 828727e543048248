import type { Email } from '../model/email.ts';
import { Damaged } from '../model/errors.ts';
import type { User } from '../model/user.ts';
import { isListed, type UserFilter, type UserPage, type UserPlace } from '../model/user-list.ts';
import type { Logger } from '../ports/logger.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { findByMailbox } from './find-by-mailbox.ts';

interface Ports {
  users: UserRepository;
  logger: Logger;
}

export interface UserQuery extends UserFilter {
  /** The user who holds this mailbox, under any spelling. Then there is one page. */
  readonly email?: Email | undefined;
}

/** A damaged user is left out, and named in the log. @throws {DependencyUnavailable} */
export const listUsers =
  (ports: Ports) =>
  async ({ email, ...filter }: UserQuery, limit: number, after?: UserPlace): Promise<UserPage> => {
    if (email === undefined) return readPage(ports, filter, limit, after);
    const user = await findByMailbox(ports.users, email);
    return { users: user && isListed(user, filter) ? [user] : [], damaged: [], next: null };
  };

const PAGE = 200;

/**
 * All users, page by page.
 * @throws {DependencyUnavailable}
 * @throws {Damaged} after the last page, when users were left out. The log names them.
 */
export const exportUsers = (ports: Ports) =>
  async function* (): AsyncGenerator<readonly User[]> {
    let after: UserPlace | undefined;
    let leftOut = 0;
    do {
      const page = await readPage(ports, {}, PAGE, after);
      yield page.users;
      leftOut += page.damaged.length;
      after = page.next ?? undefined;
    } while (after !== undefined);
    if (leftOut > 0) throw new Damaged(`The export is not complete: ${leftOut} users cannot be read.`);
  };

async function readPage({ users, logger }: Ports, ...of: Parameters<UserRepository['list']>) {
  const page = await users.list(...of);
  for (const id of page.damaged) {
    logger.error({ user_id: id }, 'A damaged user was left out of a list.');
  }
  return page;
}
