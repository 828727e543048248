import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { expect, it } from 'vitest';

/**
 * Each room, and the rooms that it may import. The files beside the rooms connect charts and environments.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  kit: [],
  environment: ['kit'],
  charts: ['environment', 'kit'],
  '.': ['charts', 'environment', 'kit'],
  environments: ['environment', 'kit'],
  policies: ['environment', 'kit'],
  commands: ['.', 'policies', 'environment', 'kit'],
  docs: ['environment'],
  packaging: [],
};

const SOURCES = import.meta.dirname;

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '.');

const files = globSync('**/*.ts', { cwd: SOURCES }).filter(
  (file) => !file.endsWith('.test.ts') && roomOf(file) !== 'testing',
);

it.each(files)('%s imports only rooms below its own', (file) => {
  const room = roomOf(file);
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const imported = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path = '']) =>
    normalize(join(dirname(file), path)),
  );
  const strangers = imported.filter(
    (other) => roomOf(other) !== room && !ROOMS[room]?.includes(roomOf(other)),
  );
  expect(strangers).toEqual([]);
});
