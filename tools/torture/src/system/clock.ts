import { type Clock, parseTimestamp } from '@user-management/domain';

/** The clock of the machine: all replicas have the same. */
export const clock: Clock = { now: () => parseTimestamp(Date.now()) };
