/** The messages of an error and of what caused it, outermost first, each once. */
export function explain(error: unknown): string {
  const messages = chain(error).map(messageOf);
  return [...new Set(messages)].join(': ');
}

/** What went wrong in the first place, which the layers above have wrapped. */
export function rootCause(error: unknown): Error & { readonly code?: string } {
  const root = chain(error).at(-1);
  return root instanceof Error ? root : new Error(String(root));
}

function chain(error: unknown): readonly unknown[] {
  const isWrapper = error instanceof Error && error.cause !== undefined;
  return isWrapper ? [error, ...chain(error.cause)] : [error];
}

function messageOf(error: unknown): string {
  // A name with several addresses fails once for each of them, with an empty message around that.
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
