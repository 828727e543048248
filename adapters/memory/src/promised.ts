/**
 * Runs the work synchronously and returns its outcome as a promise, so that a port never throws
 * synchronously.
 */
export const promised = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });
