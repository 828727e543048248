import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './root.mjs';

const readPackage = (file: string) =>
  JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { workspaces?: string[]; version?: string };

it('keeps the version in one place: the package.json of the workspace', () => {
  const { version, workspaces = [] } = readPackage('package.json');
  const packages = workspaces.flatMap((folder) => globSync(`${folder}/package.json`, { cwd: ROOT }));
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(packages.length).toBeGreaterThan(10);
  expect(packages.filter((file) => readPackage(file).version !== undefined)).toEqual([]);
});
