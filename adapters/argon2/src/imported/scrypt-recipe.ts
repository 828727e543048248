import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { wrongLengths } from './lengths.ts';
import type { ReadRecipe } from './recipe.ts';

const PATTERN =
  /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,2}),p=(?<p>\d{1,2})\$(?<salt>[A-Za-z0-9+/]{2,86})\$(?<bytes>\d{2})$/;

/** As much memory as the greatest hash of argon2 that the service checks, and four times its work. */
const MOST_MEMORY_MIB = 64;
const MOST_WORK_MIB = 256;
const MIB = 2 ** 20;

/** Node counts a little more than the memory of the algorithm. */
const MOST_MAPPED = 2 * MOST_MEMORY_MIB * MIB;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
);

/** RFC 7914. */
export const scryptRecipe: ReadRecipe = (text) => {
  const groups = PATTERN.exec(text)?.groups;
  if (!groups) return undefined;
  const [ln, r, p] = [Number(groups['ln']), Number(groups['r']), Number(groups['p'])];
  const bytes = Number(groups['bytes']);
  const salt = Buffer.from(groups['salt'] ?? '', 'base64');
  const memory = (128 * r * 2 ** ln) / MIB;
  const fits = ln >= 1 && r >= 1 && p >= 1 && memory <= MOST_MEMORY_MIB && memory * p <= MOST_WORK_MIB;
  return {
    excess: fits
      ? wrongLengths(salt.length, bytes)
      : `must need at most ${MOST_MEMORY_MIB} MiB (128 · r · 2^ln bytes), and ${MOST_WORK_MIB} MiB times p`,
    follow: (password) => derive(password, salt, bytes, { N: 2 ** ln, r, p, maxmem: MOST_MAPPED }),
  };
};
