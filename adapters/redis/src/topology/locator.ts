import type { Address } from '../connection/options.ts';

/** Finds the address of the primary. */
export interface Locator {
  /** @throws the cause when the address cannot be found. */
  locate(): Promise<Address>;
  close(): void;
}

export const fixed = (address: Address): Locator => ({
  locate: () => Promise.resolve(address),
  close: () => undefined,
});
