import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const files = (...names: readonly string[]) =>
  new Map(
    names.map((name) => [name, `# Made by \`npm run synth\` from x.ts: change it there.\n# ${name}\n`]),
  );

const staging = () => join(root, 'staging');

it('writes only the files of one environment', () => {
  writeManifests(staging(), files('redis.yml'));
  expect(writeManifests(join(root, 'production'), files('redis.yml'))).toEqual([
    join(root, 'production/redis.yml'),
  ]);
  expect(readFileSync(join(root, 'production/redis.yml'), 'utf8')).toContain('# redis.yml\n');
  expect(readdirSync(root)).toEqual(['production', 'staging']);
});

it('removes files that are no longer made', () => {
  writeManifests(staging(), files('redis.yml', 'monitoring.yml'));
  writeManifests(staging(), files('redis.yml'));
  expect(readdirSync(staging())).toEqual(['redis.yml']);
});

it('keeps the files of others', () => {
  writeManifests(staging(), files('redis.yml'));
  writeFileSync(join(staging(), 'sealed-secret.yaml'), 'kind: SealedSecret\n');
  writeFileSync(join(staging(), 'README.md'), 'Ours.\n');
  writeManifests(staging(), files('user-management.yml'));
  expect(readdirSync(staging())).toEqual(['README.md', 'sealed-secret.yaml', 'user-management.yml']);
  expect(manifestPaths(staging())).toEqual([join(staging(), 'user-management.yml')]);
});

it('lists the namespaces first', () => {
  writeManifests(staging(), files('user-management.yml', 'monitoring.yml', 'namespaces.yml', 'redis.yml'));
  expect(manifestPaths(staging()).map((path) => basename(path))).toEqual([
    'namespaces.yml',
    'monitoring.yml',
    'redis.yml',
    'user-management.yml',
  ]);
});
