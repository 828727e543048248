import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './docker.ts';

const workspace = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** The version of the workspace, which is the image's tag. */
export const VERSION = workspace.version;

/** Where no `--name` says another. */
export const NAME = 'saferoute/user-management';

/** Of the Dockerfile. The first is what runs in production and has the version alone as its tag. */
export const TARGETS = ['distroless', 'slim'] as const;
export type Target = (typeof TARGETS)[number];

export const tagOf = (target: Target, name = NAME): string =>
  `${name}:${VERSION}${target === 'distroless' ? '' : `-${target}`}`;
