/** The reason of the rejection, and the time until it. */
export async function failureOf(answer: Promise<unknown>): Promise<{ error: unknown; milliseconds: number }> {
  const started = performance.now();
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { error, milliseconds: performance.now() - started };
}
