import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');

/** The version of the workspace. A release changes it only in the root's package.json. */
export const { version } = JSON.parse(workspace) as { version: string };
