import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(workspace) as { version: string };

/** The image of `npm run image`. Its version is that of the workspace's package.json. */
export const IMAGE = `saferoute/user-management:${version}`;
