import { Problem } from './read-text.ts';

/** Told each new problem with a file that was good at the start. The text shows no value. */
export type Warn = (problem: string) => void;

/**
 * A value from a file that may be replaced while the service runs: each call of the result reads the file
 * again. While the file is not good, the value before stays in use.
 * @param read throws a `Problem` when the file is not good.
 * @param value the one at the start.
 */
export function followFile<T>(read: () => T, value: T, warn: Warn): () => T {
  let warnedOf: string | undefined;
  return () => {
    try {
      value = read();
      warnedOf = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.message !== warnedOf) warn(`${error.message}. The service continues with the value before.`);
      warnedOf = error.message;
    }
    return value;
  };
}
