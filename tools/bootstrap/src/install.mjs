import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes `node_modules` what package-lock.json says, where it is not that already.
 * @param {string} root
 */
export function installMissing(root) {
  if (isInstalled(root)) return;
  process.stdout.write('Installing what is missing with npm ci (about a minute) …\n');
  const started = performance.now();
  runNpmCi(root);
  process.stdout.write(`Installed in ${Math.round((performance.now() - started) / 1000)} s.\n`);
}

/**
 * npm leaves a copy of what it installed in `node_modules/.package-lock.json`; packages for other platforms are not in it.
 * @param {string} root
 */
export function isInstalled(root) {
  if (!existsSync(nodeIn(root))) return false;
  const installed = readPackages(join(root, 'node_modules/.package-lock.json'));
  const { '': _workspace, ...wanted } = readPackages(join(root, 'package-lock.json'));
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    if (!found) return optional === true;
    return found.version === version && found.integrity === integrity && existsSync(join(root, path));
  });
}

/**
 * The Node that runs TypeScript, whatever version the machine has.
 * @param {string} root
 */
export const nodeIn = (root) => join(root, 'node_modules/node/bin/node');

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package */

/** @param {string} file @returns {Record<string, Package>} */
function readPackages(file) {
  if (!existsSync(file)) return {};
  const { packages } = /** @type {{ packages: Record<string, Package> }} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  );
  return packages;
}

/** @param {string} root */
function runNpmCi(root) {
  // `npm` on the PATH of an npm script would run with the very Node that is about to be replaced.
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const command = node && npm ? [node, npm] : ['npm'];
  // Warnings are for whoever changes dependencies: the engines they complain about are those of the machine's own Node.
  const [program, ...parameters] = [...command, 'ci', '--loglevel=error'];
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm ci failed:\n${error?.message ?? `${stdout}${stderr}`}`);
  if (existsSync(nodeIn(root))) return;
  throw new Error(
    'npm ci ran, but the package "node" is not set up: npm must not be told to ignore its install script.',
  );
}
