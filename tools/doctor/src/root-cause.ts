/** The innermost cause of an error. */
export function rootCause(error: unknown): Error & { readonly code?: string } {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : rootCause(error.cause);
}
