import type { ServiceEntry } from '../model/service.ts';

/**
 * Lists the services that may call. It never sees a token, only digests. Every implementation passes
 * `describeServiceTokens`.
 *
 * - `entries` answers at once, from memory.
 * - Operators may change the list while the service runs. An answer is one version of the list, never a mix
 *   of two, and the same array for as long as the list does not change.
 * - A list that is not valid as a whole changes nothing: the one before stays in force.
 */
export interface ServiceTokens {
  entries(): readonly ServiceEntry[];
}
