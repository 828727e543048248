import { setTimeout as wait } from 'node:timers/promises';
import type { Event, SessionId, UserId } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { StoredAccount } from '../oracle/event-history.ts';
import type { AccountFate } from '../oracle/session-fate.ts';
import { clock } from '../system/clock.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { anAccount } from './account-operations.ts';
import { askUseCase, type Outcome } from './ask.ts';
import type { Operation } from './user-operations.ts';

/** More than a user of a run has. */
const ALL = 10_000;

/** A call that gave up may still be at work for this time. */
const SETTLED_MS = 3_000;

/** Reads the events of a user: those of acknowledged changes must be there. */
export const readEvents: Operation = async (world, replica, random) => {
  const reading = world.events.begin(anAccount(world, random));
  const outcome = await eventsOf(world, replica, reading.account.id);
  if (outcome.kind === 'answered') world.events.answered(reading, outcome.value);
};

/** When every fault is over, the events of every account tell what happened to it, and nothing else. */
export async function expectRightEvents(world: World, replica: Replica): Promise<void> {
  for (const account of world.accounts.accounts) {
    const deadline = performance.now() + SETTLED_MS;
    for (;;) {
      const fault = world.events.contradiction(account, await stored(world, replica, account));
      if (!fault) break;
      if (performance.now() > deadline) throw world.events.violation(account, fault);
      await wait(100);
    }
  }
}

async function stored(world: World, replica: Replica, { id, sessions }: AccountFate): Promise<StoredAccount> {
  const user = value(await askUseCase(world, 'findById', () => replica.users.findById(id)));
  const events = value(await eventsOf(world, replica, id));
  if (!user || user.status === 'deleting') return { user, events, sessions: [] };
  const list = () => replica.sessions.alive(user, clock.now(), ALL);
  const alive = value(await askUseCase(world, 'list of sessions', list));
  const ids = new Set([...sessions, ...alive].map((session) => session.id));
  for (const { sessionId } of events) if (sessionId) ids.add(sessionId);
  const find = async (one: SessionId) =>
    value(await askUseCase(world, 'find of a session', () => replica.sessions.find(one)));
  const found = await Promise.all([...ids].map(find));
  return { user, events, sessions: found.filter((session) => session !== undefined) };
}

const eventsOf = (world: World, { events }: Replica, id: UserId): Promise<Outcome<readonly Event[]>> =>
  askUseCase(world, 'events of a user', () => events.ofUser(id, ALL));

function value<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'answered') return outcome.value;
  throw new Violation('A read failed although every fault is over', { cause: outcome.error });
}
