import { spawnSync } from 'node:child_process';
import { chosenEnvironment, chosenEnvironments } from './chosen.ts';
import { showKubectl } from './kubectl.ts';
import { manifestPaths, shown } from './manifests.ts';
import { runCommand, say } from './run-command.ts';

const DRY_RUN = ['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors'];

// `npm run validate`: the offline checks; and with a cluster in KUBECONFIG its own opinion, which knows
// everything but writes nothing.
await runCommand((args) => {
  const environment = process.env['KUBECONFIG'] ? chosenEnvironment(args) : undefined;
  chosenEnvironments(args);
  const tests = spawnSync('vitest', ['run', '--project', 'infra'], { stdio: 'inherit' }).status ?? 1;
  if (environment === undefined) {
    say('Offline checks alone: KUBECONFIG points to no cluster that could be asked.');
    return tests;
  }
  const refused = manifestPaths(environment).filter((path) => !passes(path));
  if (refused.length > 0) say(advice(environment, refused));
  return refused.length > 0 ? 1 : tests;
});

function passes(path: string): boolean {
  say(`\n== ${shown(path)}, as the cluster sees it`);
  return showKubectl([...DRY_RUN, '--filename', path]) === 0;
}

// A function, not a value: by now the command above has long been running.
function advice(environment: string, refused: readonly string[]): string {
  return (
    `\nThe cluster does not accept ${refused.map(shown).join(', ')}. Where a namespace was not found, it has to be there first: ` +
    `kubectl apply -f infra/manifests/${environment}/namespaces.yml`
  );
}
