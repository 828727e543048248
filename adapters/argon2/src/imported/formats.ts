import { UnusableHash } from '@user-management/domain';
import { argon2Recipe } from './argon2-recipe.ts';
import { bcryptRecipe } from './bcrypt-recipe.ts';
import { pbkdf2Recipe } from './pbkdf2-recipe.ts';
import type { ReadRecipe, Recipe } from './recipe.ts';
import { scryptRecipe } from './scrypt-recipe.ts';

/** A hash of another system, taken apart. */
interface Imported {
  /** Everything but the digest, with the length of the digest where the format leaves it open. */
  readonly recipe: string;
  readonly digest: Buffer;
}

const FORMATS: readonly ReadRecipe[] = [bcryptRecipe, scryptRecipe, pbkdf2Recipe, argon2Recipe];

/** `undefined` when it is none. */
export function readRecipe(text: string): Recipe | undefined {
  for (const read of FORMATS) {
    const recipe = read(text);
    if (recipe) return recipe;
  }
  return undefined;
}

const BCRYPT = /^(?<recipe>\$2[aby]\$\d\d\$[./A-Za-z0-9]{22})(?<digest>[./A-Za-z0-9]{31})$/;
const PHC =
  /^(?<recipe>\$[a-z0-9-]+(?:\$[a-z0-9=,]+){1,2}\$[A-Za-z0-9+/]+)\$(?<digest>[A-Za-z0-9+/]{22,86})$/;

/** @throws {UnusableHash} when it is no hash that the service knows. */
export function readImported(hash: string): Imported {
  const bcrypt = BCRYPT.exec(hash)?.groups;
  // Its base64 is another one, so the text of the digest is the digest here.
  if (bcrypt) return { recipe: bcrypt['recipe'] ?? '', digest: Buffer.from(bcrypt['digest'] ?? '') };
  const phc = PHC.exec(hash)?.groups;
  const digest = Buffer.from(phc?.['digest'] ?? '', 'base64');
  const recipe = `${phc?.['recipe'] ?? ''}$${digest.length}`;
  if (!readRecipe(recipe)) {
    throw new UnusableHash(
      'must be a hash of argon2, bcrypt, scrypt or PBKDF2 as a PHC string, such as $scrypt$ln=15,…',
    );
  }
  return { recipe, digest };
}
