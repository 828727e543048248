import type { UserRepository } from '../ports/user-repository.ts';

/** How many users are read at a time: enough to hide the round trips, too few to be in anybody's way. */
const BATCH = 50;

/**
 * Reads the most recently active users once, which leaves them in the cache that `users` keeps. They are filled under leases like
 * any others, so nothing newer is overwritten.
 * @returns how many were read. @throws {DependencyUnavailable}
 */
export const warmCache =
  ({ users }: { users: UserRepository }) =>
  async (limit: number): Promise<number> => {
    const ids = await users.mostRecentlyActive(limit);
    for (let start = 0; start < ids.length; start += BATCH) {
      await Promise.all(ids.slice(start, start + BATCH).map((id) => users.findById(id)));
    }
    return ids.length;
  };
