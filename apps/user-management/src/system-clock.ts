import { type Clock, parseTimestamp } from '@user-management/domain';

/** The clock of the machine. */
export const systemClock: Clock = { now: () => parseTimestamp(Date.now()) };
