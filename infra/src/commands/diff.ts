import { chooseFrom, ENVIRONMENT_USAGE, theOne } from './chosen.ts';
import { showKubectl } from './kubectl.ts';
import { manifestPaths } from './manifests.ts';
import { type Command, runCommand } from './run-command.ts';

export const diff: Command = {
  usage: `npm run diff -- --env NAME [--environments DIR] [--out DIR]

Shows what the manifests of one environment would change in the cluster that kubectl uses. Like kubectl, it
ends with 1 when there is a difference.

${ENVIRONMENT_USAGE}`,

  async run(args) {
    const chosen = await chooseFrom(args);
    const files = manifestPaths(chosen.folder(theOne(chosen))).flatMap((path) => ['--filename', path]);
    return showKubectl(['diff', ...files]);
  },
};

if (import.meta.main) process.exitCode = await runCommand(diff);
