import type { User, UserCache } from '@user-management/domain';
import { aUser, nextVersion } from '../fakes/samples.ts';

/** Does something with a user, one step after the other. */
export type Actor = 'writer' | 'refused writer' | 'killed writer' | 'reader' | 'cache that loses everything';

export interface Caches {
  readonly cache: UserCache;
  readonly replica: UserCache;
  empty(): Promise<void> | void;
}

/** The store's side of the story, as the actors make it up. */
interface Story {
  stored: User;
  /** The newest version whose write was acknowledged. */
  acknowledged: number;
}

type Step = () => Promise<void> | void;

/**
 * Lets the actors work on one user in the given order. Each mention of an index is that actor's next step.
 * @returns the stale versions that were found after any step. An empty list means no violation.
 */
export async function violationsOf(
  caches: Caches,
  actors: readonly Actor[],
  order: readonly number[],
): Promise<string[]> {
  const story: Story = { stored: aUser(), acknowledged: 1 };
  // Odd and even actors are on different replicas.
  const steps = actors.map((actor, n) =>
    stepsOf(actor, caches, n % 2 ? caches.cache : caches.replica, story),
  );
  const violations: string[] = [];
  for (const [at, n] of order.entries()) {
    await steps[n]?.shift()?.();
    const found = await caches.replica.find(story.stored.id);
    if (found && found.version < story.acknowledged) {
      const told = order.slice(0, at + 1).map((actor) => `${actor} ${actors[actor] ?? ''}`);
      violations.push(
        `version ${found.version} after ${story.acknowledged} was acknowledged: ${told.join(', ')}`,
      );
    }
  }
  return violations;
}

function stepsOf(actor: Actor, caches: Caches, cache: UserCache, story: Story): Step[] {
  if (actor === 'reader') return readerSteps(cache, story);
  if (actor === 'cache that loses everything') return [() => caches.empty()];
  const [begin, commit, end, abandon] = writerSteps(cache, story);
  if (actor === 'refused writer') return [begin, abandon];
  return actor === 'killed writer' ? [begin, commit] : [begin, commit, end];
}

function readerSteps(cache: UserCache, story: Story): Step[] {
  const { id } = story.stored;
  let lease: Awaited<ReturnType<UserCache['lease']>>;
  let read: User;
  return [
    async () => {
      lease = await cache.lease(id);
    },
    () => {
      read = story.stored;
    },
    () => cache.fill(read, lease),
  ];
}

function writerSteps(cache: UserCache, story: Story): [Step, Step, Step, Step] {
  const { id } = story.stored;
  let lease: Awaited<ReturnType<UserCache['beginWrite']>>;
  let written: User;
  return [
    async () => {
      lease = await cache.beginWrite(id);
    },
    () => {
      written = story.stored = nextVersion(story.stored);
    },
    async () => {
      await cache.endWrite(written, lease);
      story.acknowledged = Math.max(story.acknowledged, written.version);
    },
    () => cache.abandonWrite(id, lease),
  ];
}

const STEPS: Readonly<Record<Actor, number>> = {
  writer: 3,
  'refused writer': 2,
  'killed writer': 2,
  reader: 3,
  'cache that loses everything': 1,
};

/** Every order in which the actors can take their steps. */
export function ordersOf(actors: readonly Actor[]): number[][] {
  return merged(actors.map((actor) => STEPS[actor]));
}

function merged(left: readonly number[]): number[][] {
  if (left.every((steps) => steps === 0)) return [[]];
  return left.flatMap((steps, n) =>
    steps === 0 ? [] : merged(left.with(n, steps - 1)).map((order) => [n, ...order]),
  );
}
