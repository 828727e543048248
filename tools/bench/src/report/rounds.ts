type Figures<Name extends string> = Record<Name, number>;

/**
 * Repeats several measurements in turn, so that other work of the machine affects all of them alike.
 * @returns the median of each, in its own unit
 */
export async function medians<Name extends string>(
  rounds: number,
  measurements: Record<Name, () => Promise<number>>,
): Promise<Figures<Name>> {
  const names = namesOf(measurements);
  const figures = await mediansOfEach(
    rounds,
    record(names, (name) => async () => ({ only: await measurements[name]() })),
  );
  return record(names, (name) => figures[name].only);
}

/** As `medians`, for measurements that give several figures each. */
export async function mediansOfEach<Name extends string, Figure extends string>(
  rounds: number,
  measurements: Record<Name, () => Promise<Figures<Figure>>>,
): Promise<Record<Name, Figures<Figure>>> {
  const names = namesOf(measurements);
  const taken = record(names, () => [] as Figures<Figure>[]);
  // The first round only compiles the code and fills the caches.
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of names) {
      const figures = await measurements[name]();
      if (round > 0) taken[name].push(figures);
    }
  }
  return record(names, (name) => {
    const [first] = taken[name];
    if (!first) throw new Error('There must be at least one round.');
    return record(namesOf(first), (figure) =>
      quantile(
        taken[name].map((figures) => figures[figure]),
        0.5,
      ),
    );
  });
}

/**
 * Compares the 99th percentiles of several measurements, whose figures come from short turns. Other work of
 * the machine lasts a second or so: it would slow a whole measurement, and not the next one.
 * @param turns of each measurement in a round, whose figures make one percentile
 * @param measurements each takes one turn
 * @returns the median of the rounds
 */
export async function percentilesInTurns<Name extends string>(
  { rounds, turns }: { readonly rounds: number; readonly turns: number },
  measurements: Record<Name, () => Promise<readonly number[]>>,
): Promise<Figures<Name>> {
  const names = namesOf(measurements);
  const takeTurns = async () => {
    const taken = record(names, () => [] as number[]);
    for (let turn = 0; turn < turns; turn += 1) {
      for (const name of names) taken[name].push(...(await measurements[name]()));
    }
    return record(names, (name) => quantile(taken[name], 0.99));
  };
  return (await mediansOfEach(rounds, { together: takeTurns })).together;
}

const namesOf = <Name extends string>(of: Record<Name, unknown>) => Object.keys(of) as Name[];

const record = <Name extends string, T>(names: readonly Name[], value: (name: Name) => T): Record<Name, T> =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>;

/** @param q from 0 to 1 */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(q * sorted.length), sorted.length - 1)] ?? NaN;
}
