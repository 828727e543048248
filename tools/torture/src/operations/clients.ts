import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import { pause } from '../world/pause.ts';
import type { World } from '../world/world.ts';
import { findToken, revokeToken, saveToken } from './token-operations.ts';
import {
  change,
  changeInVain,
  changeNothing,
  findByEmail,
  findById,
  type Operation,
  register,
  registerTwice,
} from './user-operations.ts';

type Weighted = readonly (readonly [weight: number, Operation])[];

const OPERATIONS: Weighted = [
  [120, findById],
  [36, findByEmail],
  [6, changeNothing],
  [6, changeInVain],
  [1, register],
  [1, registerTwice],
  [8, saveToken],
  [48, findToken],
  [8, revokeToken],
];

/** Many writes find races, and few writes leave time for cache hits. So every run has a different mixture. */
export const chooseMixture = (random: Random): Weighted => [
  ...OPERATIONS,
  [random.pick([4, 20, 40]), change],
];

/** Runs one operation after the other on one replica, until the signal. */
export async function useReplica(
  world: World,
  replica: Replica,
  mixture: Weighted,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await random.pickWeighted(mixture)(world, replica, random);
    await pause(random.integer(0, 4), signal);
  }
}
