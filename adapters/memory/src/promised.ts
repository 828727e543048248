/**
 * Does the work at once and gives its outcome as a promise, so that a caller of a port never sees a
 * synchronous throw.
 */
export const promised = <T>(work: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(work());
  });
