import { Problem } from './read-text.ts';

/** Receives each new problem with a file that was valid at the start. The text shows no value. */
export type Warn = (problem: string) => void;

/**
 * A value from a file that may be replaced while the service runs. Each call of the result reads the file
 * again. While the file is not valid, the previous value stays in use.
 * @param read throws a `Problem` when the file is not valid.
 * @param value the value at the start.
 */
export function followFile<T>(read: () => T, value: T, warn: Warn): () => T {
  let warnedOf: string | undefined;
  return () => {
    try {
      value = read();
      warnedOf = undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.message !== warnedOf) warn(`${error.message} The service continues with the previous value.`);
      warnedOf = error.message;
    }
    return value;
  };
}
