import { chooseFrom, theOne } from './chosen.ts';
import { showKubectl } from './kubectl.ts';
import { manifestPaths } from './manifests.ts';
import { type Command, runCommand } from './run-command.ts';

// `npm run diff -- --env production`: shows what applying the manifests would change. Ends with 1 when there
// is a difference, like kubectl.
export const diff: Command = async (args) => {
  const chosen = await chooseFrom(args);
  const files = manifestPaths(chosen.folder(theOne(chosen))).flatMap((path) => ['--filename', path]);
  return showKubectl(['diff', ...files]);
};

if (import.meta.main) process.exitCode = await runCommand(diff);
