import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(workspace) as { version: string };

/** What `npm run image` builds: a release changes the version in the workspace's package.json alone. */
export const IMAGE = `saferoute/user-management:${version}`;
