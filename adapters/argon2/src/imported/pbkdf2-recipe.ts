import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { wrongLengths } from './lengths.ts';
import type { ReadRecipe } from './recipe.ts';

const PATTERN =
  /^\$pbkdf2-(?<hash>sha256|sha512)\$i=(?<i>\d{1,8})(?:,l=(?<l>\d{2}))?\$(?<salt>[A-Za-z0-9+/]{2,86})\$(?<bytes>\d{2})$/;

/** About a second of CPU. */
const MOST_ITERATIONS = 2_000_000;

const derive = promisify(pbkdf2);

/** RFC 8018. `l`, the length of the digest, may be missing. */
export const pbkdf2Recipe: ReadRecipe = (text) => {
  const groups = PATTERN.exec(text)?.groups;
  if (!groups) return undefined;
  const [i, bytes] = [Number(groups['i']), Number(groups['bytes'])];
  const salt = Buffer.from(groups['salt'] ?? '', 'base64');
  if (groups['l'] !== undefined && Number(groups['l']) !== bytes) return undefined;
  const fits = i >= 1 && i <= MOST_ITERATIONS;
  return {
    excess: fits ? wrongLengths(salt.length, bytes) : `must have 1 to ${MOST_ITERATIONS} iterations`,
    follow: (password) => derive(password, salt, i, bytes, groups['hash'] ?? ''),
  };
};
