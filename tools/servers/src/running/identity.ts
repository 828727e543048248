import { execFileSync } from 'node:child_process';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user for a program that refuses to run as root: its own user, or `nobody` where that does not exist.
 * `undefined` when this process is not root.
 */
export function identityFor(user: string | undefined): Identity | undefined {
  if (user === undefined || process.getuid?.() !== 0) return undefined;
  return identify(user) ?? identify('nobody');
}

function identify(user: string): Identity | undefined {
  try {
    return { uid: ask('-u', user), gid: ask('-g', user) };
  } catch {
    return undefined;
  }
}

const ask = (what: string, user: string): number =>
  Number(execFileSync('id', [what, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
