import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/;
const LICENSE = /^(licen[cs]e|notice|copying)/i;

/** @param modules the paths of the modules in the bundle @returns the licenses of their packages */
export async function licensesOf(modules: Iterable<string>): Promise<string> {
  const folders = new Set(
    Array.from(modules, (id) => PACKAGE.exec(id)?.[0]).filter((found) => found !== undefined),
  );
  const texts = await Promise.all(Array.from(folders, licenseOf));
  return [...new Set(texts.sort())].join('\n');
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as Manifest;
  const files = (await readdir(folder)).filter((file) => LICENSE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [`== ${name}@${version} (${license ?? 'no license named'})`, ...texts].join('\n\n');
}
