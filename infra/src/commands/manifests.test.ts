import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { manifestPaths, writeManifests } from './manifests.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'manifests-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const files = (...names: readonly string[]) => new Map(names.map((name) => [name, `# ${name}\n`]));

it('writes the files of an environment, and nothing of another', () => {
  writeManifests('staging', files('redis.yml'), root);
  expect(writeManifests('production', files('redis.yml'), root)).toEqual([
    join(root, 'production/redis.yml'),
  ]);
  expect(readFileSync(join(root, 'production/redis.yml'), 'utf8')).toBe('# redis.yml\n');
  expect(readdirSync(root)).toEqual(['production', 'staging']);
});

it('removes what is no longer made', () => {
  writeManifests('staging', files('redis.yml', 'monitoring.yml'), root);
  writeManifests('staging', files('redis.yml'), root);
  expect(readdirSync(join(root, 'staging'))).toEqual(['redis.yml']);
});

it('lists the namespaces before everything that is in them', () => {
  writeManifests(
    'staging',
    files('user-management.yml', 'monitoring.yml', 'namespaces.yml', 'redis.yml'),
    root,
  );
  expect(manifestPaths('staging', root).map((path) => basename(path))).toEqual([
    'namespaces.yml',
    'monitoring.yml',
    'redis.yml',
    'user-management.yml',
  ]);
});
