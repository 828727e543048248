import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './docker.ts';

const workspace = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** The version of the workspace, which is the image's tag. */
export const VERSION = workspace.version;

export const TAG = `saferoute/user-management:${VERSION}`;
