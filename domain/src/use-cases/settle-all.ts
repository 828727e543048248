/** Works on the items, `limit` at a time. @returns the outcomes, in the order of the items. */
export async function settleAll<Item, Result>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const outcomes: PromiseSettledResult<Result>[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [n, item] of queue) [outcomes[n]] = await Promise.allSettled([work(item)]);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return outcomes;
}
