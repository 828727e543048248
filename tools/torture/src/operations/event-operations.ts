import { setTimeout as wait } from 'node:timers/promises';
import type { SessionId } from '@user-management/domain';
import type { StoredAccount } from '../oracle/event-history.ts';
import type { AccountFate } from '../oracle/session-fate.ts';
import { clock } from '../system/clock.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { anAccount } from './account-operations.ts';
import { askUseCase, expectAnswer } from './ask.ts';
import { deliverAll } from './webhook-operations.ts';
import type { Operation } from './user-operations.ts';

/** More than a user of a run has. */
const ALL = 10_000;

/** A call that gave up may still be at work for this time. */
const SETTLED_MS = 3_000;

/** Reads the events of a user: those of acknowledged changes must be there. */
export const readEvents: Operation = async (world, replica, random) => {
  const reading = world.events.begin(anAccount(world, random));
  const read = () => replica.events.ofUser(reading.account.id, ALL);
  const outcome = await askUseCase(world, 'events of a user', read);
  if (outcome.kind === 'answered') world.events.answered(reading, outcome.value);
};

/** When every fault is over, the events of every account tell what happened to it, and nothing else. */
export async function expectRightEvents(world: World, replica: Replica): Promise<void> {
  for (const account of world.accounts.accounts) {
    const deadline = performance.now() + SETTLED_MS;
    let violation = await contradiction(world, replica, account);
    while (violation && performance.now() < deadline) {
      await wait(100);
      await deliverAll(world);
      violation = await contradiction(world, replica, account);
    }
    if (violation) throw violation();
  }
}

async function contradiction(
  world: World,
  replica: Replica,
  account: AccountFate,
): Promise<(() => Error) | undefined> {
  const found = await stored(world, replica, account);
  const wrong = world.events.contradiction(account, found);
  if (wrong) return () => world.events.violation(account, wrong);
  const lost = world.webhooks.contradiction(account.id, found.events);
  return lost === undefined ? undefined : () => world.webhooks.violation(account.id, lost);
}

/** The cache may be behind a change that was not acknowledged: docs/cache.md. */
async function stored(world: World, replica: Replica, { id, sessions }: AccountFate): Promise<StoredAccount> {
  const user = await expectAnswer(world, 'findById', () => replica.userStore.findById(id));
  const events = await expectAnswer(world, 'events of a user', () => replica.events.ofUser(id, ALL));
  if (!user || user.status === 'deleting') return { user, events, sessions: [] };
  const list = () => replica.sessions.alive(user, clock.now(), ALL);
  const alive = await expectAnswer(world, 'list of sessions', list);
  const ids = new Set([...sessions, ...alive].map((session) => session.id));
  for (const { sessionId } of events) if (sessionId) ids.add(sessionId);
  const find = (one: SessionId) => expectAnswer(world, 'find of a session', () => replica.sessions.find(one));
  const found = await Promise.all([...ids].map(find));
  return { user, events, sessions: found.filter((session) => session !== undefined) };
}
