import { dirname } from 'node:path';

/**
 * Every package has the same checks, and a new one has them from its first day: what has a `tsconfig.json` is
 * checked.
 */
const targets = {
  typecheck: target('tsc --project {projectRoot}', 'tsconfig.base.json'),
  lint: target('eslint --max-warnings 0 {projectRoot}', 'tsconfig.base.json', 'eslint.config.js'),
};

/** @type {import('nx/src/devkit-exports').CreateNodes} */
export const createNodes = [
  '*/**/tsconfig.json',
  (files) => files.map((file) => [file, { projects: { [dirname(file)]: { targets } } }]),
];

/**
 * Packages import one another's sources, so a change in one is a change for all that depend on it.
 * @param {string} command
 * @param {string[]} rootFiles
 */
function target(command, ...rootFiles) {
  return {
    command,
    cache: true,
    inputs: ['default', '^default', ...rootFiles.map((file) => `{workspaceRoot}/${file}`)],
  };
}
