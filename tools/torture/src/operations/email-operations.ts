import {
  type Caller,
  codeFor,
  CodeInvalid,
  type Email,
  EmailTaken,
  type IssuedChallenge,
} from '@user-management/domain';
import { NodeSecrets } from '@user-management/crypto';
import { Violation } from '../oracle/journal.ts';
import type { Move } from '../oracle/account-history.ts';
import type { AccountFate } from '../oracle/session-fate.ts';
import type { Random } from '../random.ts';
import { MAIL_POLICY, type Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import {
  expectGone,
  logInAs,
  openAccount,
  openNewAccount,
  PASSWORD,
  recentAccounts,
} from './account-operations.ts';
import { askUseCase } from './ask.ts';
import { aLivingSession, authenticate } from './session-operations.ts';
import type { Operation } from './user-operations.ts';

const secrets = new NodeSecrets();

/** Changes an email, and looks at what becomes of the old one. Sometimes it asks for that of another user. */
export const changeEmail: Operation = async (world, replica, random) => {
  const session = aLivingSession(world, random);
  const caller = session && (await authenticate(world, replica, session.latest));
  if (!caller) return;
  const { account } = session;
  const old = account.email;
  const taken = recentAccounts(world).flatMap(({ email }) => (email === old ? [] : [email]));
  const to = random.chance(20) && taken.length > 0 ? random.pick(taken) : world.people.newEmail();
  await moveTo(world, replica, random, { account, caller, to });
  if (account.email === to) await expectLeft(world, random, account, old);
};

/** Two users ask for one new email on two replicas at once. */
export const changeEmailsAtOnce: Operation = async (world, replica, random) => {
  const to = world.people.newEmail();
  const other = random.pick(world.replicas);
  const moves = recentAccounts(world)
    .slice(-2)
    .map(async (account, n) => {
      const session = account.sessions.findLast((one) => !one.mayBeDead(Date.now()));
      const on = n === 0 ? replica : other;
      const caller = session && (await authenticate(world, on, session.latest));
      if (caller) await moveTo(world, on, random, { account, caller, to });
    });
  await Promise.all(moves);
};

interface Wish {
  readonly account: AccountFate;
  readonly caller: Caller;
  readonly to: Email;
}

async function moveTo(world: World, replica: Replica, random: Random, wish: Wish): Promise<void> {
  const { account, caller, to } = wish;
  const challenge = await ask(world, replica, wish);
  const move = challenge && world.accounts.moving(account, to);
  if (!move) return;
  const code = codeFor(secrets, MAIL_POLICY, challenge.token);
  const tell = (what: string) => {
    world.journal.tell(
      replica.name,
      `change of the email to ${to}: ${what}`,
      caller.record.sessionId ?? account.id,
    );
  };
  tell('…');
  const confirm = () => replica.useCases.confirmEmail({ token: challenge.token, code }, caller.client);
  const outcome = await askUseCase(world, 'email change', confirm);
  tell(outcome.kind === 'answered' ? 'done' : String(outcome.error));
  if (outcome.kind === 'answered') {
    world.accounts.moved(move);
    world.events.happened(account.id, 'user.email_changed');
  }
  if (outcome.kind === 'refused') refused(world, move, outcome.error);
  // From now on, nobody knows which email the user has.
  if (outcome.kind === 'unavailable') await openNewAccount(world, replica, random);
}

async function ask(
  world: World,
  { useCases }: Replica,
  { account, caller, to }: Wish,
): Promise<IssuedChallenge | undefined> {
  const outcome = await askUseCase(world, 'request of an email change', () =>
    useCases.requestEmailChange(caller, to, PASSWORD),
  );
  if (outcome.kind === 'refused') expectGone(account, outcome.error);
  return outcome.kind === 'answered' ? outcome.value : undefined;
}

/** A password that changed meanwhile voids the code. An email that is new to everybody is not taken. */
function refused(world: World, move: Move, error: Error): void {
  const { account, to } = move;
  world.accounts.stayed(move);
  if (error instanceof CodeInvalid) return;
  const others = world.accounts.accounts.filter((other) => other !== account);
  const isTaken = others.some((other) => other.email === to || other.left.has(to) || other.isMoving);
  if (error instanceof EmailTaken && isTaken) return;
  throw new Violation(`The change of an email was refused: ${error.message}`, { cause: error });
}

/** Nobody logs in with the old email any more, and another user can have it. */
async function expectLeft(world: World, random: Random, account: AccountFate, old: Email): Promise<void> {
  await logInAs(world, random.pick(world.replicas), account, old);
  await logInAs(world, random.pick(world.replicas), account, account.email);
  if (!account.mayBeGone && random.chance(50)) await openAccount(world, random.pick(world.replicas), old);
}
