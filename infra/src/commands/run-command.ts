import { InvalidOptions } from '../environment/check-environment.ts';
import { CommandFailed } from './command-failed.ts';

/**
 * Runs a command with the arguments of this process: its own failures are shown without a stack, and end it
 * with code 1.
 */
export async function runCommand(
  command: (args: readonly string[]) => Promise<number> | number,
): Promise<void> {
  try {
    process.exitCode = await command(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandFailed || error instanceof InvalidOptions)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
