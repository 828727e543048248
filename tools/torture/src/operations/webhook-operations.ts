import { setTimeout as wait } from 'node:timers/promises';
import { Violation } from '../oracle/journal.ts';
import type { Random } from '../random.ts';
import { ENDPOINT } from '../system/faulty-sender.ts';
import type { Replica } from '../system/replica.ts';
import type { World } from '../world/world.ts';
import { ask, askUseCase, expectAnswer } from './ask.ts';
import type { Operation } from './user-operations.ts';

const AT_ONCE = 3;

/** Longer than any pause, any lease, and the time after which the queue gives up a change. */
const LONG_MS = 600_000;

/** An endpoint without a fault gets everything within this time. */
const DELIVERED_MS = 20_000;

/** Takes webhooks and delivers them. Sometimes the replica dies in between. */
export const deliver: Operation = async (world, replica, random) => {
  await deliverSome(world, replica, random);
  // Leaves the store to the other clients.
  await wait(random.integer(20, 80));
};

async function deliverSome(world: World, { useCases }: Replica, random?: Random): Promise<number> {
  const take = () => useCases.takeWebhooks(ENDPOINT.id, AT_ONCE);
  const taken = await ask(world, 'take of webhooks', take, AT_ONCE);
  if (taken.kind !== 'answered') return 0;
  const deliveries = taken.value.filter(() => !random?.chance(5));
  await Promise.all(
    deliveries.map((one) => askUseCase(world, 'webhook', () => useCases.deliverWebhook(one))),
  );
  return taken.value.length;
}

/** When every fault is over, the queue gets empty. */
export async function deliverAll(world: World): Promise<void> {
  const [reader] = world.replicas;
  if (!reader) return;
  for (const { webhooks } of world.replicas) webhooks.skip(LONG_MS);
  const deadline = performance.now() + DELIVERED_MS;
  for (let left = Infinity; left > 0; left = await waiting(world, reader)) {
    if (performance.now() > deadline) throw new Violation(`${left} webhooks are never delivered`);
    const counts = await Promise.all(world.replicas.map((replica) => deliverSome(world, replica)));
    if (counts.every((count) => count === 0)) await wait(20);
  }
}

/** A webhook of a registration that failed may wait for a minute, until Redis drops the registration. */
async function waiting(world: World, { useCases, users, events }: Replica): Promise<number> {
  const read = () => useCases.readWebhookBacklog(ENDPOINT.id);
  const { webhooks } = await expectAnswer(world, 'count of webhooks', read);
  if (webhooks === 0) return 0;
  const failed = world.webhooks.uncertain.map(async (id) => {
    // The first reader completes a registration that only lost its last step.
    await expectAnswer(world, 'findById', () => users.findById(id));
    return (await expectAnswer(world, 'events of a user', () => events.ofUser(id, 1))).length === 0;
  });
  return webhooks - (await Promise.all(failed)).filter(Boolean).length;
}
