/**
 * Settles as the promise does, or rejects with the signal's reason if the signal aborts first. The work
 * behind the promise continues.
 */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

/** Aborts `work` after `milliseconds`, or when `life` aborts. The signal of `work` tells it. */
export async function within<T>(
  milliseconds: number,
  life: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new Error(`there was no answer within ${milliseconds} ms`));
  }, milliseconds);
  const signal = AbortSignal.any([deadline.signal, life]);
  try {
    return await unlessAborted(work(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}
