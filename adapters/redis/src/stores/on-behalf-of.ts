import { DependencyUnavailable } from '@user-management/domain';
import type { Redis } from '../topology/redis.ts';

type Dependency = DependencyUnavailable['dependency'];
export type Runner = Pick<Redis, 'run'>;

/**
 * Runs tasks on Redis, and names what is missing to the domain when Redis is: one Redis serves several ports.
 */
export const onBehalfOf = (dependency: Dependency, redis: Runner): Runner => ({
  async run(key, task) {
    try {
      return await redis.run(key, task);
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      throw new DependencyUnavailable(dependency, { cause: error.cause });
    }
  },
});
