import { chooseFrom, theOne } from './chosen.ts';
import { showKubectl } from './kubectl.ts';
import { manifestPaths } from './manifests.ts';
import { type Command, runCommand } from './run-command.ts';

// `npm run diff -- --env production`: what applying the manifests would change; ends with 1 where there is a
// difference, as kubectl does.
export const diff: Command = async (args) => {
  const chosen = await chooseFrom(args);
  const files = manifestPaths(chosen.folder(theOne(chosen))).flatMap((path) => ['--filename', path]);
  return showKubectl(['diff', ...files]);
};

if (import.meta.main) process.exitCode = await runCommand(diff);
