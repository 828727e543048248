import { setImmediate as nextTurn } from 'node:timers/promises';

/** While the store writes one, the next one is prepared. */
const IN_FLIGHT = 2;

/**
 * Works on several items at a time, and yields the results in their order, each as soon as it is there. It
 * takes an item when there is room for it, so a slow reader of the results holds up the source.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const source = items[Symbol.asyncIterator]();
  const running: Promise<Result>[] = [];
  let next: Promise<IteratorResult<Item>> | undefined = source.next();
  try {
    while (next || running.length > 0) {
      const arrived: IteratorResult<Item> | undefined = await Promise.race([
        ...(next && running.length < IN_FLIGHT ? [next] : []),
        ...running.slice(0, 1).map((first) => first.then(() => undefined)),
      ]);
      if (arrived === undefined) {
        const [first] = running.splice(0, 1);
        if (first) yield await first;
      } else if (arrived.done) {
        next = undefined;
      } else {
        running.push(inTurn(work, arrived.value));
        next = source.next();
      }
    }
  } finally {
    await Promise.allSettled(running);
    await source.return?.();
  }
}

/** One chunk of a body has many items. Other requests have their turn between two of them. */
async function inTurn<Item, Result>(work: (item: Item) => Promise<Result>, item: Item): Promise<Result> {
  await nextTurn();
  return work(item);
}
