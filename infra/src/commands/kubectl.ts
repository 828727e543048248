import { spawnSync } from 'node:child_process';
import { CommandFailed } from './command-failed.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * @param input the standard input, which no other user of the machine can see
 * @throws {CommandFailed} when there is no kubectl
 */
export function kubectl(args: readonly string[], input = ''): Outcome {
  const { error, status, stdout, stderr } = spawnSync('kubectl', args, { input, encoding: 'utf8' });
  if (error) throw new CommandFailed(`kubectl cannot be run: ${error.message}.`);
  return { code: status ?? 1, stdout, stderr };
}

/** Runs kubectl with the terminal of this process. @throws {CommandFailed} when there is no kubectl */
export function showKubectl(args: readonly string[]): number {
  const { error, status } = spawnSync('kubectl', args, { stdio: 'inherit' });
  if (error) throw new CommandFailed(`kubectl cannot be run: ${error.message}.`);
  return status ?? 1;
}
