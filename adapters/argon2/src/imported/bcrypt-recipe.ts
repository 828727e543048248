import type { ReadRecipe } from './recipe.ts';

const PATTERN = /^\$2[aby]\$(?<cost>\d\d)\$(?<salt>[./A-Za-z0-9]{22})$/;

/** A second of CPU. */
const HIGHEST_COST = 14;
const LOWEST_COST = 4;

/** `$2a$`, `$2b$` and `$2y$` name versions of implementations. Without their faults, they are the same. */
export const bcryptRecipe: ReadRecipe = (text) => {
  const groups = PATTERN.exec(text)?.groups;
  if (!groups) return undefined;
  const cost = Number(groups['cost']);
  const fits = cost >= LOWEST_COST && cost <= HIGHEST_COST;
  const prefix = `$2b$${groups['cost'] ?? ''}$${groups['salt'] ?? ''}`;
  return {
    excess: fits ? undefined : `must have a cost from ${LOWEST_COST} to ${HIGHEST_COST}`,
    // A library in JavaScript would hold up the event loop for 0.1 s at a time. Few services need this one.
    follow: async (password) => {
      const { default: bcrypt } = await import('bcrypt');
      return Buffer.from((await bcrypt.hash(password, prefix)).slice(prefix.length));
    },
  };
};
