import { DependencyUnavailable, DomainError } from '@user-management/domain';
import { Violation } from '../oracle/journal.ts';
import type { World } from '../world/world.ts';

/** The outcome of a call. `unavailable` means that it may have done its work or not. */
export type Outcome<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: DomainError }
  | { readonly kind: 'unavailable'; readonly error: Error };

/**
 * Makes and times an operation of one call, or of several `calls`.
 * @throws {Violation} when it takes too long or fails with an unexpected error
 */
export async function ask<T>(
  { stopwatch, statistics }: Pick<World, 'stopwatch' | 'statistics'>,
  name: string,
  call: () => Promise<T>,
  calls = 1,
): Promise<Outcome<T>> {
  const outcome = await stopwatch.time(name, () => settle(name, call), calls);
  statistics.count('operation', outcome.kind === 'unavailable' ? `${name}, unavailable` : name);
  return outcome;
}

/** A use case makes several calls of ports, one after the other. */
const CALLS = 12;

export const askUseCase = <T>(
  world: Pick<World, 'stopwatch' | 'statistics'>,
  name: string,
  call: () => Promise<T>,
): Promise<Outcome<T>> => ask(world, name, call, CALLS);

/** Makes a call that cannot fail, because every fault is over. */
export async function expectAnswer<T>(
  world: Pick<World, 'stopwatch' | 'statistics'>,
  name: string,
  call: () => Promise<T>,
): Promise<T> {
  const outcome = await askUseCase(world, name, call);
  if (outcome.kind === 'answered') return outcome.value;
  throw new Violation(`${name} failed although every fault is over`, { cause: outcome.error });
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
