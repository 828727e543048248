import type { ChildProcess } from 'node:child_process';
import { type Program, START_SECONDS } from '../program/program.ts';

/**
 * Fulfilled when the program says that it answers.
 * @throws {Error} with what it printed, when it ends or is silent instead.
 */
export function untilReady(child: ChildProcess, program: Program): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = '';
    const fail = (why: string): void => {
      settle();
      reject(new Error(`${program.name} ${why}. It printed:\n${output}`));
    };
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!program.ready.test(output)) return;
      settle();
      resolve();
    };
    const failed = (error: Error): void => fail(`could not be started: ${error.message}`);
    const ended = (): void => fail('ended at its start');
    const timer = setTimeout(() => fail(`was not ready after ${START_SECONDS} s`), START_SECONDS * 1000);
    const settle = (): void => {
      clearTimeout(timer);
      child.off('error', failed).off('close', ended);
      // Read on without looking: a full pipe would stop the server.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', read).resume();
    };
    child.once('error', failed).once('close', ended);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', read);
  });
}
