/**
 * Repeats several measurements in turn, so that other work of the machine affects all of them alike.
 * @returns the median of each, in its own unit
 */
export async function medians<Name extends string>(
  rounds: number,
  measurements: Record<Name, () => Promise<number>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(measurements) as Name[];
  const figures = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  // The first round only compiles the code and fills the caches.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const figure = await measurements[name]();
      if (round > 0) figures[name].push(figure);
    }
  }
  return Object.fromEntries(names.map((name) => [name, quantile(figures[name], 0.5)])) as Record<
    Name,
    number
  >;
}

/** @param q from 0 to 1 */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(q * sorted.length), sorted.length - 1)] ?? NaN;
}
