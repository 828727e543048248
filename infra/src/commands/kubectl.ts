import { spawnSync } from 'node:child_process';
import { CommandFailed } from './command-failed.ts';

/**
 * @param input the standard input, which no other user of the machine can see
 * @returns the standard output
 * @throws {CommandFailed} when there is no kubectl, and when it fails
 */
export function kubectl(args: readonly string[], input = ''): string {
  const { error, status, stdout, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' });
  if (error) throw new CommandFailed(`kubectl cannot be run: ${error.message}.`);
  if (status !== 0) throw new CommandFailed(`kubectl ${args[0] ?? ''} failed: ${stderr.trim()}`);
  return stdout;
}

/** Runs kubectl with the terminal of this process. @throws {CommandFailed} when there is no kubectl */
export function showKubectl(args: readonly string[]): number {
  const { error, status } = spawnSync('kubectl', args, { stdio: 'inherit' });
  if (error) throw new CommandFailed(`kubectl cannot be run: ${error.message}.`);
  return status ?? 1;
}
