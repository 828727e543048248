import { dirname } from 'node:path';

/** Every folder with a `tsconfig.json` gets the same checks, so a new package has them from the start. */
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
 * Packages import the sources of others, so a change in one also invalidates the checks of its dependents.
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
