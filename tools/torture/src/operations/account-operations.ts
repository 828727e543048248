import { type Email, MOST_ENDED, parseDeviceId, parsePassword } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { AccountFate } from '../oracle/session-fate.ts';
import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { askUseCase } from './ask.ts';
import type { Operation } from './user-operations.ts';

/** Small, so that logins, refreshes and ends often meet in the same user. */
const RECENT = 3;

/** The password of every account. A change sets it again with a new hash, so no client has to remember it. */
export const PASSWORD = parsePassword('correct horse');

export const device = { deviceId: parseDeviceId('torture'), userAgent: null, ip: null };

export const recentAccounts = (world: World): readonly AccountFate[] =>
  world.accounts.accounts.slice(-RECENT);

/** Mostly the latest one. */
export const anAccount = (world: World, random: Random): AccountFate =>
  random.pick(recentAccounts(world).slice(random.chance(60) ? -1 : 0));

export async function openAccount(world: World, { name, useCases }: Replica, email: Email): Promise<void> {
  const login = world.accounts.loggingIn(undefined, undefined, email);
  const applicant = { email, device, phone: null, name: null, preferences: {} };
  const outcome = await askUseCase(world, 'registration', () => useCases.registerUser(applicant, PASSWORD));
  if (outcome.kind === 'refused') world.accounts.loginRefused(login, outcome.error);
  if (outcome.kind !== 'answered') return;
  const { user, auth } = outcome.value;
  const session = world.accounts.loggedIn(login, user, auth);
  world.journal.tell(name, `registered ${user.id}`, session.id);
}

/** Opens an account with a new email. */
export const openNewAccount: Operation = (world, replica) =>
  openAccount(world, replica, world.people.newEmail());

export const logIn: Operation = async (world, replica, random) => {
  const account = anAccount(world, random);
  // A user with more sessions could end more of them than the service lists.
  if (account.sessions.length >= MOST_ENDED) return openNewAccount(world, replica, random);
  await logInAs(world, replica, account, account.email);
};

/** @param email also one that the user has left */
export async function logInAs(
  world: World,
  replica: Replica,
  account: AccountFate,
  email: Email,
): Promise<void> {
  const login = world.accounts.loggingIn(account, undefined, email);
  const credentials = { email, password: PASSWORD };
  const outcome = await askUseCase(world, 'login', () => replica.useCases.logIn(credentials, device));
  if (outcome.kind === 'refused') world.accounts.loginRefused(login, outcome.error);
  if (outcome.kind !== 'answered') return;
  const { user, auth } = outcome.value;
  const session = world.accounts.loggedIn(login, user, auth);
  world.journal.tell(replica.name, `logged in ${user.id}`, session.id);
}

/** Finishes deletions that failed half-way, as the start of the service does. */
export const finishDeletions: Operation = async (world, { useCases }) => {
  await askUseCase(world, 'finish of deletions', () => useCases.finishDeletions());
};

/** Looks for a session of a user whose deletion was acknowledged. */
export const lookForRemains: Operation = async (world, replica, random) => {
  const removed = world.accounts.accounts.slice(-2 * RECENT).flatMap((account) => account.removed);
  if (removed.length > 0) await expectRemoved(world, replica, random.pick(removed).id);
};

export async function expectRemoved(
  world: World,
  { sessions }: Replica,
  id: Parameters<Replica['sessions']['find']>[0],
): Promise<void> {
  const outcome = await askUseCase(world, 'find of a removed session', () => sessions.find(id));
  if (outcome.kind !== 'answered' || !outcome.value) return;
  throw world.journal.violation(`session ${id}`, id, 'it is stored after its user was deleted');
}

/** Checks a refusal that only a user who is gone may get. */
export function expectGone(account: AccountFate, error: Error): void {
  if (!account.mayBeGone)
    throw new Violation(`The right password was refused: ${error.message}`, { cause: error });
}
