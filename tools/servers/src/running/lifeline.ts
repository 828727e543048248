import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs a shell script when this process ends in whatever way, SIGKILL included: the script waits for the end
 * of a pipe whose other end dies with us. Servers are not left behind by a test run that was interrupted.
 */
export class Lifeline {
  readonly #shell: ChildProcess;

  constructor(script: string, ...parameters: string[]) {
    // Detached, so that the Ctrl-C which ends us does not end the shell before it has done its work.
    this.#shell = spawn('sh', ['-c', `read -r _; ${script}`, 'lifeline', ...parameters], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.unref();
  }

  /** The script is not wanted any more. */
  release(): void {
    this.#shell.kill('SIGKILL');
  }
}
