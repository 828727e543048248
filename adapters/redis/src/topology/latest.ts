/** What somebody knows, as of the failover with that number. */
interface Dated {
  readonly epoch: number;
}

/**
 * Of all who answer, whoever knows of the latest failover: one that is cut off from the others goes on
 * telling what was true before.
 * @throws {AggregateError} of all reasons, when nobody answers.
 */
export async function latest<T extends Dated>(asked: readonly Promise<T>[], nobody: string): Promise<T> {
  const outcomes = await Promise.allSettled(asked);
  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [answer] = answers.toSorted((one, other) => other.epoch - one.epoch);
  if (answer) return answer;
  const reasons = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  throw new AggregateError(reasons, nobody);
}
