import type { Mistakes } from './mistake.ts';
import { OBJECTS } from './objects.ts';
import { PODS } from './pods.ts';
import { REDIS_MISTAKES } from './redis.ts';
import { REFERENCES } from './references.ts';
import { SURROUNDINGS } from './surroundings.ts';

/** At least one mistake for every policy. */
export const BROKEN: Mistakes = { ...OBJECTS, ...REFERENCES, ...PODS, ...SURROUNDINGS, ...REDIS_MISTAKES };
