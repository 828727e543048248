import { chosenEnvironments } from './chosen.ts';
import { shown, writeManifests } from './manifests.ts';
import { runCommand, say } from './run-command.ts';
import { ENVIRONMENTS } from '../environments/index.ts';
import { synthesize } from '../synthesize.ts';

// `npm run synth`: writes the manifests of every environment, or of those that `--env` names.
await runCommand((args) => {
  const names = chosenEnvironments(args) ?? Object.keys(ENVIRONMENTS);
  // All are checked before any is written.
  const made = names.map((name) => [name, synthesize(name, ENVIRONMENTS[name])] as const);
  for (const path of made.flatMap(([name, files]) => writeManifests(name, files))) say(shown(path));
  return 0;
});
