import type { ChildProcess } from 'node:child_process';
import { type HostProgram, START_SECONDS } from '../program/program.ts';

/**
 * Waits until the program prints that it answers.
 * @throws {Error} with the output of the program, when it ends or stays silent.
 */
export function untilReady(child: ChildProcess, program: HostProgram): Promise<void> {
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
    const ended = (): void => fail('ended during its start');
    const timer = setTimeout(() => fail(`was not ready after ${START_SECONDS} s`), START_SECONDS * 1000);
    const settle = (): void => {
      clearTimeout(timer);
      child.off('error', failed).off('close', ended);
      // The output is still read, because a full pipe would block the server.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', read).resume();
    };
    child.once('error', failed).once('close', ended);
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', read);
  });
}
