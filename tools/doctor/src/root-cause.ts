/** What went wrong in the first place, which the layers above have wrapped. */
export function rootCause(error: unknown): Error & { readonly code?: string } {
  if (!(error instanceof Error)) return new Error(String(error));
  return error.cause === undefined ? error : rootCause(error.cause);
}
