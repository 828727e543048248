import { loadArgon2 } from '../load-argon2.ts';
import { isAffordable, MOST_OF_OTHERS, readPairs } from '../phc.ts';
import { wrongLengths } from './lengths.ts';
import type { ReadRecipe } from './recipe.ts';

const PATTERN =
  /^\$argon2(?<type>id|i|d)\$v=19\$(?<pairs>[mtp=\d,]{11,40})\$(?<salt>[A-Za-z0-9+/]{11,86})\$(?<bytes>\d{2})$/;

/** RFC 9106. The other two kinds, and argon2id with less work than the own hashes. */
export const argon2Recipe: ReadRecipe = (text) => {
  const groups = PATTERN.exec(text)?.groups;
  const parameters = readPairs(groups?.['pairs'] ?? '');
  if (!groups || !parameters) return undefined;
  const salt = Buffer.from(groups['salt'] ?? '', 'base64');
  const bytes = Number(groups['bytes']);
  return {
    excess: isAffordable(parameters) ? wrongLengths(salt.length, bytes) : MOST_OF_OTHERS,
    follow: (password) => {
      const argon2 = loadArgon2();
      const types = { id: argon2.argon2id, i: argon2.argon2i, d: argon2.argon2d } as const;
      return argon2.hash(password, {
        raw: true,
        type: types[groups['type'] as keyof typeof types],
        salt,
        hashLength: bytes,
        memoryCost: parameters.memoryKib,
        timeCost: parameters.iterations,
        parallelism: parameters.parallelism,
      });
    },
  };
};
