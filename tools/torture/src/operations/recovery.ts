import { setTimeout as wait } from 'node:timers/promises';
import { TooSlow, Violation } from '../oracle/journal.ts';
import type { Replica } from '../system/replica.ts';
import type { Person } from '../world/people.ts';
import type { World } from '../world/world.ts';
import { expectRemoved } from './account-operations.ts';
import { ask, expectAnswer } from './ask.ts';
import { expectRightEvents } from './event-operations.ts';
import { authenticate, refreshWith } from './session-operations.ts';
import { deliverAll } from './webhook-operations.ts';

/** Covers the longest pause between two attempts to connect, and the attempts themselves. */
const RECOVERY_MS = 5_000;
/** The latest sessions that are checked in the end. */
const SESSIONS = 50;

/** Ends every fault. Then every replica must recover by itself and answer correctly. */
export async function recover(world: World): Promise<void> {
  for (const replica of world.replicas) replica.heal();
  await Promise.all(world.replicas.map((replica) => untilItWorks(world, replica)));
  for (const person of world.people.recent) {
    await Promise.all(world.replicas.map((replica) => read(world, replica, person)));
  }
  await recoverSessions(world);
}

/** Deletions are finished, no session has come back, and every session that nobody ended can be refreshed. */
async function recoverSessions(world: World): Promise<void> {
  const [replica] = world.replicas;
  if (!replica) return;
  await expectAnswer(world, 'finish of deletions', () => replica.useCases.finishDeletions());
  for (const { removed } of world.accounts.accounts) {
    for (const { id } of removed) await expectRemoved(world, replica, id);
  }
  for (const { latest } of world.accounts.sessions.slice(-SESSIONS)) {
    for (const one of world.replicas) await authenticate(world, one, latest);
    await refreshWith(world, replica, latest);
  }
  world.sessions.finish();
  await deliverAll(world);
  await expectRightEvents(world, replica);
}

async function untilItWorks(world: World, { name, users }: Replica): Promise<void> {
  const deadline = performance.now() + RECOVERY_MS;
  for (const { id } of world.people.recent) {
    while (
      (await ask(world, 'update of nothing', () => users.update(id, (user) => user))).kind === 'unavailable'
    ) {
      if (performance.now() > deadline) throw new TooSlow(`${name} did not recover within ${RECOVERY_MS} ms`);
      await wait(50);
    }
  }
}

async function read(world: World, { name, users }: Replica, { id }: Person): Promise<void> {
  const reading = world.users.begin(id);
  const outcome = await ask(world, 'findById', () => users.findById(id));
  if (outcome.kind !== 'answered')
    throw new Violation(`${name} cannot read although every fault is over`, { cause: outcome.error });
  world.users.answered(reading, outcome.value);
}
