import type { Rate } from './limit.ts';

/** The limits that operators set. */
export interface Limits {
  /** Mails with codes to one address. */
  readonly mail: Rate;
}
