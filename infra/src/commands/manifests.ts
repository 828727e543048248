import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const MANIFESTS = join(ROOT, 'infra/manifests');

/** As the workspace sees it, where every command of it runs. */
export const shown = (path: string): string => relative(ROOT, path);

/** Text by file name. A folder that is not there has no files. */
export function readManifests(environment: string): ReadonlyMap<string, string> {
  const folder = join(MANIFESTS, environment);
  const names = readdirSync(MANIFESTS).includes(environment) ? readdirSync(folder).sort() : [];
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** Writes all files of an environment, and removes those that are no longer made. Returns their paths. */
export function writeManifests(
  environment: string,
  files: ReadonlyMap<string, string>,
  root = MANIFESTS,
): readonly string[] {
  const folder = join(root, environment);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return [...files].map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

/** In the order of a first deployment: nothing can be created in a namespace that is not there yet. */
export function manifestPaths(environment: string, root = MANIFESTS): readonly string[] {
  const folder = join(root, environment);
  const order = (name: string) => (name === 'namespaces.yml' ? 0 : 1);
  return readdirSync(folder)
    .sort((one, other) => order(one) - order(other) || one.localeCompare(other))
    .map((name) => join(folder, name));
}
