import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * The parameters of nx for the checks of a test run. Without a path they check the workspace as one
 * TypeScript program and one ESLint run, which reads each type only once. With paths they check only those
 * packages, which is faster.
 * @param {readonly string[]} parameters the parameters of Vitest
 */
export function checksFor(parameters) {
  const packages = [...new Set(parameters.flatMap((parameter) => packageOf(parameter) ?? []))];
  if (packages.length === 0) return ['run-many', '--targets=code,format', '--projects=workspace'];
  return ['run-many', '--targets=typecheck,lint', `--projects=${packages.join()}`];
}

/** @param {string} parameter */
function packageOf(parameter) {
  const folders = relative(ROOT, resolve(ROOT, parameter)).split('/');
  const candidates = [folders.slice(0, 1), folders.slice(0, 2)].map((path) => path.join('/'));
  return candidates.find((folder) => folder !== '' && existsSync(join(ROOT, folder, 'tsconfig.json')));
}
