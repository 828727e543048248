import { globSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/**
 * The imports between the entries of each folder of a package. `arrows.get('').get('stores')` has `keys.ts`
 * when a file in the room `stores` imports that file.
 * @typedef {Map<string, Map<string, Set<string>>>} Arrows
 */

/** No file imports a test, so a test may import from any room. */
export const isTest = (/** @type {string} */ file) => /\.(test|fixture)\.|(^|\/)testing\//.test(file);

/**
 * The two entries that an import connects, and their common folder.
 * @param {string} file a path in the sources of the package
 * @param {string} specifier a relative specifier
 */
export function arrow(file, specifier) {
  const [from, to] = [file, posix.join(posix.dirname(file), specifier)].map((path) => path.split('/'));
  if (!from || !to) return undefined;
  const depth = from.findIndex((name, n) => name !== to[n]);
  if (depth < 0) return undefined;
  return { folder: from.slice(0, depth).join('/'), from: from[depth] ?? '', to: to[depth] ?? '' };
}

/** @param {string} sources the folder of a package @returns {Arrows} */
export function arrowsIn(sources) {
  /** @type {Arrows} */
  const arrows = new Map();
  for (const file of globSync('**/*.{ts,mjs}', { cwd: sources })) {
    if (isTest(file)) continue;
    for (const specifier of importedBy(join(sources, file))) {
      const found = arrow(file, specifier);
      if (found) add(arrows, found);
    }
  }
  return arrows;
}

/**
 * The shortest path along the arrows of a folder, with both ends.
 * @param {Arrows} arrows @param {string} folder @param {string} from @param {string} to
 */
export function way(arrows, folder, from, to) {
  const ways = [[from]];
  const seen = new Set([from]);
  for (const known of ways) {
    const last = known.at(-1) ?? '';
    if (last === to) return known;
    for (const next of arrows.get(folder)?.get(last) ?? []) {
      if (!seen.has(next)) ways.push([...known, next]);
      seen.add(next);
    }
  }
  return undefined;
}

/** @type {Map<string, { mtimeMs: number, names: string[] }>} */
const read = new Map();

/** Reading takes much longer than to ask whether the file has changed. @param {string} path */
function importedBy(path) {
  const { mtimeMs } = statSync(path);
  const before = read.get(path);
  if (before?.mtimeMs === mtimeMs) return before.names;
  const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'));
  const names = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith('.'));
  read.set(path, { mtimeMs, names });
  return names;
}

/** @param {Arrows} arrows @param {NonNullable<ReturnType<typeof arrow>>} found */
function add(arrows, { folder, from, to }) {
  /** @type {Map<string, Set<string>>} */
  const inFolder = arrows.get(folder) ?? new Map();
  /** @type {Set<string>} */
  const targets = inFolder.get(from) ?? new Set();
  arrows.set(folder, inFolder.set(from, targets.add(to)));
}
