import { DependencyUnavailable } from '@user-management/domain';
import type { Redis } from '../topology/redis.ts';

type Dependency = DependencyUnavailable['dependency'];
export type Runner = Pick<Redis, 'run'>;

/** Names the port in the error when Redis is unavailable, because one Redis serves several ports. */
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
