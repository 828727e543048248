import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');

/** Of the workspace: a release changes it there alone. */
export const { version } = JSON.parse(workspace) as { version: string };
