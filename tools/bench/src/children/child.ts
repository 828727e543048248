import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a module of this folder as a separate process. */
export const startChild = (module: string, ...args: string[]): ChildProcess =>
  fork(fileURLToPath(new URL(module, import.meta.url)), args);

/** Waits for the next message of the process. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}
