import { DependencyUnavailable, explain } from '@user-management/domain';

/**
 * Runs `open`. If the dependency is not available, the cause names `place`, so that the message of a failed
 * start does too.
 */
export async function naming<T>(place: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
    throw new DependencyUnavailable('user store', {
      cause: new Error(`${place}: ${explain(error.cause)}`, { cause: error.cause }),
    });
  }
}
