import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a module of this folder as a process of its own. */
export const startChild = (module: string, ...args: string[]): ChildProcess =>
  fork(fileURLToPath(new URL(module, import.meta.url)), args);

/** The next message that the process sends. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}
