import { chooseFrom, ENVIRONMENT_USAGE } from './chosen.ts';
import { CommandFailed } from './command-failed.ts';
import { InvalidOptions } from '../environment/check-environment.ts';
import { make } from './make.ts';
import { shown, writeManifests } from './manifests.ts';
import { type Command, runCommand, say } from './run-command.ts';

export const synth: Command = {
  usage: `npm run synth -- [--env NAME] [--environments DIR] [--out DIR]

Writes the manifests and lists their files. An environment with a contradiction stops it before it writes.

${ENVIRONMENT_USAGE}`,

  async run(args) {
    const chosen = await chooseFrom(args);
    // All environments are checked before any is written, and one message lists all problems.
    const made = chosen.names.map((name) => [name, tried(() => make(chosen, name))] as const);
    const refused = made.flatMap(([, outcome]) => (outcome instanceof Error ? [outcome.message] : []));
    if (refused.length > 0) throw new CommandFailed(refused.join('\n'));
    for (const [name, files] of made) {
      if (files instanceof Error) continue;
      for (const path of writeManifests(chosen.folder(name), files)) say(shown(path));
    }
    return 0;
  },
};

if (import.meta.main) process.exitCode = await runCommand(synth);

function tried<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    if (error instanceof CommandFailed || error instanceof InvalidOptions) return error;
    throw error;
  }
}
