import { readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CommandFailed } from './command-failed.ts';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const OUR_ENVIRONMENTS = join(ROOT, 'infra/src/environments');

const TYPES = ['.ts', '.mts', '.js', '.mjs', '.json'];

/**
 * Loads the environments of a folder by the names of their files. A module exports its environment by
 * default, or under the name of its file.
 * @throws {CommandFailed}
 */
export async function loadEnvironments(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const files = filesOf(folder);
  if (files.length === 0) {
    throw new CommandFailed(
      `There is no environment in ${folder}. Add a file such as production.ts or production.json.`,
    );
  }
  const loaded = await Promise.all(
    files.map(async (file) => [nameOf(file), await load(join(folder, file))] as const),
  );
  return new Map(loaded);
}

/** The file of an environment, without paths of this machine. */
export function sourceOf(folder: string, name: string): string {
  const file = filesOf(folder).find((one) => nameOf(one) === name) ?? name;
  return resolve(folder) === resolve(OUR_ENVIRONMENTS) ? relative(ROOT, join(folder, file)) : file;
}

const nameOf = (file: string): string => basename(file, extname(file));

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => TYPES.includes(extname(file)) && !file.endsWith('.d.ts'))
      .sort();
  } catch {
    throw new CommandFailed(`--environments is "${folder}". It must be a folder with environments.`);
  }
}

async function load(file: string): Promise<unknown> {
  try {
    if (extname(file) === '.json') return withoutSchema(JSON.parse(readFileSync(file, 'utf8')));
    const exported = (await import(pathToFileURL(resolve(file)).href)) as Record<string, unknown>;
    return exported['default'] ?? exported[nameOf(file)];
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    throw new CommandFailed(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** `$schema` is only for editors. */
function withoutSchema(read: unknown): unknown {
  if (typeof read !== 'object' || read === null) return read;
  return Object.fromEntries(Object.entries(read).filter(([name]) => name !== '$schema'));
}
