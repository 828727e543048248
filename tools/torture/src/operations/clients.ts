import type { Random } from '../random.ts';
import type { Replica } from '../system/replica.ts';
import { pause } from '../world/pause.ts';
import type { World } from '../world/world.ts';
import { finishDeletions, logIn, lookForRemains, openNewAccount } from './account-operations.ts';
import { changeEmail, changeEmailsAtOnce } from './email-operations.ts';
import {
  changePassword,
  deleteAccount,
  disable,
  endAll,
  endAtOnce,
  endOne,
  endOthers,
  logOut,
} from './ending-operations.ts';
import { readEvents } from './event-operations.ts';
import {
  check,
  checkDead,
  list,
  refresh,
  refreshAtOnce,
  repeatRefresh,
  reuse,
} from './session-operations.ts';
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

/** Operations, each with the weight of its chance. */
export type Mixture = readonly (readonly [weight: number, Operation])[];

const OPERATIONS: Mixture = [
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

/** What the clients do that log in and out. */
export const SESSION_OPERATIONS: Mixture = [
  [60, check],
  [50, checkDead],
  [8, list],
  [40, refresh],
  [10, repeatRefresh],
  [3, refreshAtOnce],
  [8, reuse],
  [36, logIn],
  [4, logOut],
  [10, endOne],
  [8, endOthers],
  [2, endAll],
  [12, endAtOnce],
  [3, changePassword],
  [6, deleteAccount],
  [4, changeEmail],
  [2, changeEmailsAtOnce],
  [1, disable],
  [1, openNewAccount],
  [1, finishDeletions],
  [6, lookForRemains],
  [4, readEvents],
];

/** Many writes find races, and few writes leave time for cache hits. So every run has a different mixture. */
export const chooseMixture = (random: Random): Mixture => [...OPERATIONS, [random.pick([4, 20, 40]), change]];

/** Runs one operation after the other on one replica, until the signal. */
export async function useReplica(
  world: World,
  replica: Replica,
  mixture: Mixture,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await random.pickWeighted(mixture)(world, replica, random);
    await pause(random.integer(0, 4), signal);
  }
}
