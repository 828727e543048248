import type { Timestamp } from '../model/timestamp.ts';

/** Wall-clock time. Tests give one that they move by hand. */
export interface Clock {
  now(): Timestamp;
}
