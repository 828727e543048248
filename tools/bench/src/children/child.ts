import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MEMORY } from '@user-management/servers';

/** Runs a module of this folder as a separate process, which gets its memory as the service does. */
export const startChild = (module: string, ...args: string[]): ChildProcess =>
  fork(fileURLToPath(new URL(module, import.meta.url)), args, { env: { ...process.env, ...MEMORY } });

/** Waits for the next message of the process. */
export async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, 'message')) as [T];
  return value;
}
