import { type Caller, revokeAll, Unauthenticated, type User } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { Ending, Scope } from '../oracle/account-history.ts';
import type { UserEventType } from '../oracle/event-history.ts';
import type { SessionFate } from '../oracle/session-fate.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { device, expectGone, openAccount, openNewAccount, PASSWORD } from './account-operations.ts';
import { askUseCase, type Outcome } from './ask.ts';
import { aLivingSession, authenticate } from './session-operations.ts';
import type { Operation } from './user-operations.ts';

interface Attempt<T> {
  readonly name: string;
  readonly scope: Scope;
  /** What the service tells of the user. */
  readonly event?: UserEventType;
  /** The sessions that end. */
  readonly which: (caller: SessionFate, random: Random) => readonly SessionFate[];
  readonly call: (replica: Replica, caller: Caller, ending: Ending) => Promise<T>;
}

/** The sessions from which one is ended by name. */
const RECENT = 6;

/** Authenticates as a session, and ends sessions as its user. */
async function end<T>(
  world: World,
  replica: Replica,
  random: Random,
  { name, scope, event, which, call }: Attempt<T>,
): Promise<{ session: SessionFate; ending: Ending; outcome: Outcome<T> } | undefined> {
  const session = aLivingSession(world, random);
  const caller = session && (await authenticate(world, replica, session.latest));
  if (!caller) return undefined;
  const ending = world.accounts.ending(session.account, which(session, random), scope);
  const tell = (what: string) => {
    for (const { id } of new Set([session, ...ending.sessions])) {
      world.journal.tell(replica.name, `${name} as ${session.id}: ${what}`, id);
    }
  };
  tell('…');
  const outcome = await askUseCase(world, name, () => call(replica, caller, ending));
  tell(outcome.kind === 'answered' ? 'done' : String(outcome.error));
  world.accounts.ended(ending, outcome.kind === 'answered');
  if (event && outcome.kind === 'answered') world.events.happened(session.account.id, event);
  return { session, ending, outcome };
}

const itself = (caller: SessionFate) => [caller];
const others = (caller: SessionFate) => caller.account.sessions.filter((session) => session !== caller);
const all = (caller: SessionFate) => caller.account.sessions;

export const logOut: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'logout',
    scope: 'some',
    which: itself,
    call: ({ useCases }, caller) => useCases.logOut(caller),
  });
  if (done?.outcome.kind === 'refused') throw unexpected('logout', done.outcome.error);
};

export const endOne: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'end of a session',
    scope: 'some',
    which: (caller) => [random.pick(caller.account.sessions.slice(-RECENT))],
    call: async ({ useCases }, caller, { sessions: [session] }) => {
      if (session) await useCases.endSession(caller, session.id);
    },
  });
  // A deletion removes the sessions, and then none of them is found.
  if (done?.outcome.kind === 'refused') expectGone(done.session.account, done.outcome.error);
};

export const endOthers: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'end of the other sessions',
    scope: 'many',
    event: 'session.ended',
    which: others,
    call: ({ useCases }, caller) => useCases.logOutEverywhere(caller, 'this'),
  });
  if (done?.outcome.kind === 'refused') expectDead(done.session, done.outcome.error);
};

export const endAll: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'end of all sessions',
    scope: 'many',
    event: 'session.ended',
    which: all,
    call: ({ useCases }, caller) => useCases.logOutEverywhere(caller, 'none'),
  });
  if (done?.outcome.kind === 'refused') expectDead(done.session, done.outcome.error);
};

export const changePassword: Operation = async (world, replica, random) => {
  const change = { currentPassword: PASSWORD, newPassword: PASSWORD, device };
  const done = await end(world, replica, random, {
    name: 'password change',
    scope: 'many',
    event: 'user.password_changed',
    which: all,
    call: async ({ useCases }, caller, ending) => {
      const login = world.accounts.loggingIn(ending.account, ending);
      return { login, auth: await useCases.changePassword(caller, change) };
    },
  });
  if (done?.outcome.kind === 'refused') expectGone(done.session.account, done.outcome.error);
  if (done?.outcome.kind !== 'answered') return;
  const { login, auth } = done.outcome.value;
  world.accounts.loggedIn(login, done.session.account, auth);
};

/** Two sessions, mostly of the same user, end sessions on two replicas at once. */
export const endAtOnce: Operation = async (world, replica, random) => {
  const rival = random.pick([logOut, endOne, endOthers, endOthers, endAll, changePassword]);
  await Promise.all([endOthers(world, replica, random), rival(world, random.pick(world.replicas), random)]);
  // One of them may have brought back what the other one ended. The next end of all sessions would hide that.
  for (const { latest } of world.accounts.dead.slice(-RECENT)) await authenticate(world, replica, latest);
};

/** Deletes a user. The address is free again, so another user gets it. */
export const deleteAccount: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'deletion',
    scope: 'deleted',
    event: 'user.deleted',
    which: all,
    call: ({ useCases }, caller) => useCases.deleteUser(caller, PASSWORD),
  });
  if (!done) return;
  const { outcome, session } = done;
  if (outcome.kind === 'refused') expectGone(session.account, outcome.error);
  if (outcome.kind === 'answered' && !session.account.isMoving)
    await openAccount(world, random.pick(world.replicas), session.account.email);
  else await openNewAccount(world, replica, random);
};

export const disable: Operation = async (world, replica, random) => {
  const done = await end(world, replica, random, {
    name: 'disabling',
    scope: 'disabled',
    which: all,
    call: ({ users }, { user }) => users.update(user.id, disabled),
  });
  if (!done) return;
  if (done.outcome.kind === 'refused') expectGone(done.session.account, done.outcome.error);
  await openNewAccount(world, replica, random);
};

const disabled = (user: User): User =>
  user.status === 'deleting'
    ? user
    : { ...user, status: 'disabled', revocations: revokeAll(user.revocations), version: user.version + 1 };

/** The caller's own session may have ended since it was authenticated. */
function expectDead(session: SessionFate, error: Error): void {
  const isRight = error instanceof Unauthenticated && session.mayBeDead(Date.now());
  if (!isRight && !session.account.mayBeGone) throw unexpected('end of sessions', error);
}

const unexpected = (name: string, error: Error): Violation =>
  new Violation(`${name} was refused: ${error.message}`, { cause: error });
