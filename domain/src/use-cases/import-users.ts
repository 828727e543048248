import { sameMailbox } from '../model/email.ts';
import { EmailTaken } from '../model/errors.ts';
import type { Origin } from '../model/event.ts';
import type { User } from '../model/user.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { NewUser, prepareUser } from './create-user.ts';
import { findByMailbox } from './find-by-mailbox.ts';
import { settleAll } from './settle-all.ts';

interface Ports {
  users: UserRepository;
  prepareUser: ReturnType<typeof prepareUser>;
}

export interface ImportedUser {
  /** `unchanged`: somebody has the email already, and keeps everything. */
  readonly status: 'created' | 'unchanged';
  readonly id: User['id'];
}

type Outcome = PromiseSettledResult<ImportedUser>;

/** Enough to hide round trips of a store, too few to hold up the passwords of other requests. */
const AT_A_TIME = 4;

/**
 * Adds each user unless the email is taken, so an import can be repeated. It looks before it hashes: a
 * repeat costs little. It adds all together, because a store needs much more for many transactions.
 * @returns the outcome of each, in order. The reasons are {WeakPassword | UnusableHash | Overloaded |
 * DependencyUnavailable}.
 */
export const importUsers =
  ({ users, prepareUser }: Ports) =>
  async (given: readonly NewUser[], origin: Origin): Promise<readonly Outcome[]> => {
    const holders = users.idsByEmail(given.flatMap(({ email }) => sameMailbox(email)));
    const prepared = await settleAll(given, AT_A_TIME, async (each) => {
      const ids = await holders;
      const id = sameMailbox(each.email)
        .map((spelling) => ids.get(spelling))
        .find((one) => one !== undefined);
      return id ? unchanged(id) : prepareUser(each, origin);
    });
    const additions = prepared.flatMap((one) =>
      one.status === 'fulfilled' && 'user' in one.value ? [one.value] : [],
    );
    const added = users.addAll(additions);
    return settleAll(prepared, given.length, async (outcome): Promise<ImportedUser> => {
      if (outcome.status === 'rejected') throw outcome.reason;
      if (!('user' in outcome.value)) return outcome.value;
      const { user } = outcome.value;
      if ((await added)[additions.indexOf(outcome.value)]) return { status: 'created', id: user.id };
      const faster = await findByMailbox(users, user.email);
      if (!faster) throw new EmailTaken();
      return unchanged(faster.id);
    });
  };

const unchanged = (id: User['id']): ImportedUser => ({ status: 'unchanged', id });
