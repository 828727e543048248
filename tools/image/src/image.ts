import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './docker.ts';

const workspace = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

/** The version of the workspace. It is also the tag of the image. */
export const VERSION = workspace.version;

/** The name without the option `--name`. */
export const NAME = 'saferoute/user-management';

/** The targets of the Dockerfile. The first runs in production, and its tag is only the version. */
export const TARGETS = ['distroless', 'slim'] as const;
export type Target = (typeof TARGETS)[number];

export const tagOf = (target: Target, name = NAME): string =>
  `${name}:${VERSION}${target === 'distroless' ? '' : `-${target}`}`;
