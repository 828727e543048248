import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The name of the next file. */
let next = 1;

/** The folder of the scripts, once there is a shell that waits. */
let folder: string | undefined;

/**
 * Runs a shell script when this process ends, even by SIGKILL. So an interrupted test run leaves no servers
 * behind.
 */
export class Lifeline {
  readonly #file: string;

  constructor(script: string, ...parameters: string[]) {
    this.#file = join((folder ??= waitForTheEnd()), String(next++));
    writeFileSync(this.#file, `set -- ${parameters.map(quoted).join(' ')}\n${script}\n`);
  }

  /** Cancels the script. */
  release(): void {
    rmSync(this.#file, { force: true });
  }
}

/**
 * Starts one shell for all scripts, because a fork of a test run takes longer than the start of some servers.
 * It waits until the pipe to this process closes, and runs the scripts of the folder.
 */
function waitForTheEnd(): string {
  const scripts = mkdtempSync(join(tmpdir(), 'lifeline-'));
  const script = 'read -r _; for each in "$1"/*; do sh "$each"; done; rm -rf "$1"';
  // Detached, so that a Ctrl-C does not end the shell before its work.
  const shell = spawn('sh', ['-c', script, 'lifeline', scripts], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return scripts;
}

const quoted = (parameter: string): string => `'${parameter.replaceAll("'", String.raw`'\''`)}'`;
