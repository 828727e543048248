/**
 * What the promise gives, or the signal's reason as an error if that comes first. The promise itself goes on.
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

/**
 * Does the work, but for so long at most and not beyond the end of `life`. The work is told by its signal.
 */
export async function within<T>(
  milliseconds: number,
  life: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(new Error(`no answer within ${milliseconds} ms`));
  }, milliseconds);
  const signal = AbortSignal.any([deadline.signal, life]);
  try {
    return await unlessAborted(work(signal), signal);
  } finally {
    clearTimeout(timer);
  }
}
