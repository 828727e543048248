import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');

/** The version of the workspace. A release changes only this one. */
export const { version } = JSON.parse(workspace) as { version: string };
