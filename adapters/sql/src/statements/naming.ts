import { DependencyUnavailable } from '@user-management/domain';

/**
 * Runs what opens `place`; when that cannot be reached, the cause names it, for whoever reads the message of
 * a failed start.
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
