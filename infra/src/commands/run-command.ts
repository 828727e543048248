import { InvalidOptions } from '../environment/check-environment.ts';
import { CommandFailed } from './command-failed.ts';

/** A command receives its arguments and returns its exit code. */
export type Command = (args: readonly string[]) => Promise<number> | number;

/** Shows a failure of a command without a stack, and returns 1 for it. */
export async function runCommand(command: Command, args: readonly string[] = process.argv.slice(2)) {
  try {
    return await command(args);
  } catch (error) {
    if (!(error instanceof CommandFailed || error instanceof InvalidOptions)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
