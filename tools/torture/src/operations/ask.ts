import { DependencyUnavailable, DomainError } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { World } from '../world/world.ts';

/** How a call ended: `unavailable` when it may or may not have done its work. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: DomainError }
  | { readonly kind: 'unavailable'; readonly error: Error };

/** Makes a call in time. @throws {Violation} when it takes too long or fails as nothing may fail. */
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
    throw new Violation(`${name} failed as nothing may fail`, { cause: error });
  }
}
