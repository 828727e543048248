import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { MADE } from '../synthesize.ts';

/** The path relative to the current folder, for messages. */
export const shown = (path: string): string => relative(process.cwd(), path);

/** The generated files of a folder by name. A missing folder has no files. */
export function readManifests(folder: string): ReadonlyMap<string, string> {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = names.filter((name) => /\.ya?ml$/.test(name));
  return new Map(
    files
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
      .filter(([, text]) => text.startsWith(MADE)),
  );
}

/** Writes all files of an environment, and removes those that are no longer made. Returns their paths. */
export function writeManifests(folder: string, files: ReadonlyMap<string, string>): readonly string[] {
  mkdirSync(folder, { recursive: true });
  // Files of others stay.
  for (const name of readManifests(folder).keys()) if (!files.has(name)) rmSync(join(folder, name));
  return [...files].map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
}

/** The manifests, in the order of a first deployment. */
export const manifestPaths = (folder: string): readonly string[] =>
  inOrder([...readManifests(folder).keys()].filter((name) => name.endsWith('.yml'))).map((name) =>
    join(folder, name),
  );

/** The namespaces come first, because no object can be created in a missing one. */
export const inOrder = (names: readonly string[]): readonly string[] => {
  const order = (name: string) => (name === 'namespaces.yml' ? 0 : 1);
  return names.toSorted((one, other) => order(one) - order(other) || one.localeCompare(other));
};
