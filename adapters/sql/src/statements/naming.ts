import { DependencyUnavailable } from '@user-management/domain';

/**
 * Runs `open`. If the dependency is not available, the cause names `place`, so that the message of a failed
 * start does too.
 */
export async function naming<T>(place: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof DependencyUnavailable)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : String(error.cause);
    throw new DependencyUnavailable('user store', {
      cause: new Error(`${place}: ${reason}`, { cause: error.cause }),
    });
  }
}
