import { type Chosen, chooseFrom, ENVIRONMENT_USAGE, theOne } from './chosen.ts';
import { showKubectl } from './kubectl.ts';
import { make } from './make.ts';
import { manifestPaths, readManifests, shown } from './manifests.ts';
import { type Command, runCommand, say } from './run-command.ts';

const DRY_RUN = ['apply', '--dry-run=server', '--validate=strict', '--warnings-as-errors'];

export const validate: Command = {
  usage: `npm run validate -- [--env NAME] [--environments DIR] [--out DIR]

Makes the manifests, checks them against every policy and compares them with those on the disk. With a cluster
in KUBECONFIG it also asks that cluster with a dry run, for one environment. It writes nothing.

${ENVIRONMENT_USAGE}`,

  async run(args) {
    const chosen = await chooseFrom(args);
    const cluster = process.env['KUBECONFIG'] ? theOne(chosen) : undefined;
    const outdated = chosen.names.filter((name) => !isCurrent(chosen, name));
    for (const name of chosen.names) {
      const verdict = outdated.includes(name)
        ? `differ from those on the disk. Run npm run synth -- --env ${name}.`
        : 'keep all policies.';
      say(`The manifests of ${name} ${verdict}`);
    }
    if (cluster === undefined) {
      say('KUBECONFIG names no cluster, so only the offline checks were made.');
      return outdated.length > 0 ? 1 : 0;
    }
    const refused = manifestPaths(chosen.folder(cluster)).filter((path) => !passes(path));
    if (refused.length > 0) say(advice(chosen.folder(cluster), refused));
    return refused.length + outdated.length > 0 ? 1 : 0;
  },
};

if (import.meta.main) process.exitCode = await runCommand(validate);

function isCurrent(chosen: Chosen, name: string): boolean {
  const [made, found] = [make(chosen, name), readManifests(chosen.folder(name))];
  return made.size === found.size && [...made].every(([file, text]) => found.get(file) === text);
}

function passes(path: string): boolean {
  say(`\n== Dry run of ${shown(path)}`);
  return showKubectl([...DRY_RUN, '--filename', path]) === 0;
}

function advice(folder: string, refused: readonly string[]): string {
  return (
    `\nThe cluster does not accept ${refused.map(shown).join(', ')}. If a namespace was not found, ` +
    'create it first: ' +
    `kubectl apply -f ${shown(folder)}/namespaces.yml`
  );
}
