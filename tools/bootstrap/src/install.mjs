import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endLike, run } from './child.mjs';

/**
 * Installs the packages of package-lock.json if any is missing. Ends this process if that fails.
 * @param {string} root
 */
export async function installMissing(root) {
  if (isInstalled(root)) return;
  process.stdout.write('Installing the packages with npm ci (about a minute) …\n');
  const started = performance.now();
  await runNpmCi();
  if (!existsSync(nodeIn(root)))
    stop('npm ci could not set up the package "node". Check the setting ignore-scripts of npm.');
  process.stdout.write(`Installed in ${Math.round((performance.now() - started) / 1000)} s.\n`);
}

/**
 * npm writes the list of installed packages to `node_modules/.package-lock.json`. Packages for other
 * platforms are not in it.
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
 * The Node that runs TypeScript, independent of the version of the machine.
 * @param {string} root
 */
const nodeIn = (root) => join(root, 'node_modules/node/bin/node');

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Package */

/** @param {string} file @returns {Record<string, Package>} */
function readPackages(file) {
  if (!existsSync(file)) return {};
  const { packages } = /** @type {{ packages: Record<string, Package> }} */ (
    JSON.parse(readFileSync(file, 'utf8'))
  );
  return packages;
}

async function runNpmCi() {
  // The npm on the PATH would run with the Node that this installation replaces.
  const { npm_node_execpath: node, npm_execpath: npm } = process.env;
  const [program, ...parameters] = node && npm ? [node, npm] : ['npm'];
  // Warnings are hidden, because they are about the version of the machine's Node.
  const quietly = [...parameters, 'ci', '--loglevel=error'];
  const end = await run(program, quietly, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (end.signal) endLike(end);
  if (end.code !== 0) stop('npm ci failed. The reason is above.');
}

/** @param {string} why */
function stop(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
