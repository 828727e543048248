/** An answer, with the number of the last failover that the asked node knows of. */
interface Dated {
  readonly epoch: number;
}

/**
 * Returns the answer with the latest failover, because a node that is cut off from the others keeps giving
 * its stale answer.
 * @throws {AggregateError} with every reason, when no node answers.
 */
export async function latest<T extends Dated>(asked: readonly Promise<T>[], message: string): Promise<T> {
  const outcomes = await Promise.allSettled(asked);
  const answers = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [answer] = answers.toSorted((one, other) => other.epoch - one.epoch);
  if (answer) return answer;
  const reasons = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  );
  throw new AggregateError(reasons, message);
}
