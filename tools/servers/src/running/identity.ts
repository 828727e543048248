import { execFileSync } from 'node:child_process';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom to become where we are root and the program refuses to run as root: its own user, or `nobody` before
 * that exists.
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
