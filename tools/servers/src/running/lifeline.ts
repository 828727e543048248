import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Runs a shell script when this process ends, even by SIGKILL. The script waits until the pipe to this
 * process closes. So an interrupted test run leaves no servers behind.
 */
export class Lifeline {
  readonly #shell: ChildProcess;

  constructor(script: string, ...parameters: string[]) {
    // Detached, so that a Ctrl-C does not end the shell before its work.
    this.#shell = spawn('sh', ['-c', `read -r _; ${script}`, 'lifeline', ...parameters], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    this.#shell.unref();
  }

  /** Cancels the script. */
  release(): void {
    this.#shell.kill('SIGKILL');
  }
}
