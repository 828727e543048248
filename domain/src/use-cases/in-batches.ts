/** Records that one statement removes: bounded work for the store. */
const BATCH = 500;

/** Repeats a removal until it finds less than a batch. @returns how many records it removed. */
export async function inBatches(remove: (limit: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = await remove(BATCH);
    removed += batch;
    if (batch < BATCH) return removed;
  }
}
