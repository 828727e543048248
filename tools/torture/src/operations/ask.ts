import { DependencyUnavailable, DomainError } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { World } from '../world/world.ts';

/** The outcome of a call. `unavailable` means that it may have done its work or not. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: DomainError }
  | { readonly kind: 'unavailable'; readonly error: Error };

/** Makes and times a call. @throws {Violation} when it takes too long or fails with an unexpected error. */
export async function ask<T>(
  { stopwatch, statistics }: Pick<World, 'stopwatch' | 'statistics'>,
  name: string,
  call: () => Promise<T>,
): Promise<Outcome<T>> {
  const outcome = await stopwatch.time(name, () => settle(name, call));
  statistics.count('operation', outcome.kind === 'unavailable' ? `${name}, unavailable` : name);
  return outcome;
}

async function settle<T>(name: string, call: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'answered', value: await call() };
  } catch (error) {
    if (error instanceof DependencyUnavailable) return { kind: 'unavailable', error };
    if (error instanceof DomainError) return { kind: 'refused', error };
    if (error instanceof Violation) throw error;
    throw new Violation(`${name} failed with an unexpected error`, { cause: error });
  }
}
