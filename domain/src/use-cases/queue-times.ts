import type { Timestamp } from '../model/timestamp.ts';

/** A mail or a webhook that fails at this age is given up. */
export const GIVE_UP_MS = 86_400_000;

const LONGEST_PAUSE_MS = 3_600_000;

/** Milliseconds until the next attempt: the pause doubles with each one, up to an hour. */
export const pauseAfter = (attempts: number, firstPauseMs: number): number =>
  Math.min(firstPauseMs * 2 ** (attempts - 1), LONGEST_PAUSE_MS);

/** How long the oldest one has waited. 0 when none waits. */
export const secondsSince = (oldest: Timestamp | null, now: Timestamp): number =>
  oldest === null ? 0 : Math.max(0, (now - oldest) / 1000);
