import { InvalidOptions } from '../environment/check-environment.ts';
import { CommandFailed, WrongOptions } from './command-failed.ts';

export interface Command {
  /** What `--help` shows, and what follows the message about a wrong option. */
  readonly usage: string;
  /** @returns the exit code. */
  run(args: readonly string[]): Promise<number> | number;
}

/** Shows a failure of a command without a stack, and returns 1 for it. */
export async function runCommand(command: Command, args: readonly string[] = process.argv.slice(2)) {
  if (args.includes('--help')) {
    say(command.usage);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (!(error instanceof CommandFailed || error instanceof InvalidOptions)) throw error;
    process.stderr.write(`${error.message}\n${error instanceof WrongOptions ? `${command.usage}\n` : ''}`);
    return 1;
  }
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
