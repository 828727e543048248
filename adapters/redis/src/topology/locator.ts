import type { Address } from '../connection/options.ts';

/** Knows where the primary is. */
export interface Locator {
  /** @throws the cause, when it cannot be found out. */
  locate(): Promise<Address>;
  close(): void;
}

export const fixed = (address: Address): Locator => ({
  locate: () => Promise.resolve(address),
  close: () => undefined,
});
