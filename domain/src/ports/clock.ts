import type { Timestamp } from '../model/timestamp.ts';

/** Wall-clock time. Tests use a clock that they move by hand. */
export interface Clock {
  now(): Timestamp;
}
