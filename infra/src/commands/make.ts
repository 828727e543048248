import { checkEnvironment } from '../environment/check-environment.ts';
import { broken, unknownWaivers } from '../policies/index.ts';
import { parseManifests } from '../policies/objects.ts';
import { synthesize } from '../synthesize.ts';
import type { Chosen } from './chosen.ts';
import { CommandFailed } from './command-failed.ts';
import { kustomization } from './kustomization.ts';

/**
 * Makes the files of an environment, and checks them against all policies.
 * @throws {InvalidOptions | CommandFailed} with every problem.
 */
export function make(chosen: Chosen, name: string): ReadonlyMap<string, string> {
  const release = checkEnvironment(name, chosen.input(name));
  const files = synthesize(release, chosen.source(name));
  const problems = [
    ...unknownWaivers(release),
    ...broken(parseManifests(...files.values()), release).map(
      ({ policy, problem }) => `${policy}: ${problem}`,
    ),
  ];
  if (problems.length > 0) throw new CommandFailed(refusal(name, problems));
  return new Map([...files, kustomization([...files.keys()])]);
}

const refusal = (name: string, problems: readonly string[]): string =>
  [`The manifests of ${name} break policies:`, ...problems.map((problem) => `- ${problem}`)].join('\n');
