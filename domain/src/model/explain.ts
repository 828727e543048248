/**
 * The messages of an error and of what caused it, outermost first. A message that an earlier one already
 * quotes is left out.
 */
export function explain(error: unknown): string {
  return messagesOf(error).reduce((told, message) => (told.includes(message) ? told : join(told, message)));
}

const join = (told: string, message: string): string =>
  told === '' ? message : `${told}${told.endsWith('.') ? '' : ':'} ${message}`;

function messagesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  // A host with several addresses fails once for each of them, with an empty message around that.
  const own = error instanceof AggregateError ? error.errors.map(explain).join('; ') : error.message;
  return error.cause === undefined ? [own] : [own, ...messagesOf(error.cause)];
}
