import { Damaged } from '../model/errors.ts';
import type { UserRepository } from '../ports/user-repository.ts';

/** Users read at a time: enough to hide the round trips, too few to slow down requests. */
const BATCH = 50;

/**
 * Reads the most recently active users once, which puts them into the cache behind `users`. Each fill is
 * under a lease, so it overwrites nothing newer.
 * @returns the number of users read. @throws {DependencyUnavailable}
 */
export const warmCache =
  ({ users }: { users: UserRepository }) =>
  async (limit: number): Promise<number> => {
    const ids = await users.mostRecentlyActive(limit);
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      await Promise.all(batch.map((id) => users.findById(id).catch(unlessDamaged)));
    }
    return ids.length;
  };

/** A damaged user must not keep the others out of the cache. */
function unlessDamaged(error: unknown): void {
  if (!(error instanceof Damaged)) throw error;
}
