/**
 * Members of errors that hold names and never data. The list excludes PostgreSQL's `detail` and `where`,
 * Kysely's `node`, the `input` of a URL, and every unknown member.
 */
const NAMES = ['code', 'errcode', 'syscall', 'address', 'port', 'schema', 'table', 'column', 'constraint'];

const LONGEST_MESSAGE = 1_000;
const DEEPEST_CAUSE = 5;
const MOST_ERRORS = 10;

/**
 * The logged part of an error. It is an allow-list, because a driver's error may hold the row that caused it.
 */
interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: ErrorDescription;
  readonly errors?: readonly ErrorDescription[];
  readonly [name: string]: unknown;
}

export function describeError(error: Error, depth = 0): ErrorDescription {
  const type = error.constructor.name;
  const message = withoutQuotations(error.message.slice(0, LONGEST_MESSAGE));
  const below = depth < DEEPEST_CAUSE;
  return {
    type,
    message,
    ...named(error),
    stack: [`${type}: ${message}`, ...framesOf(error)].join('\n'),
    ...(below && error.cause instanceof Error && { cause: describeError(error.cause, depth + 1) }),
    ...(below && error instanceof AggregateError && { errors: describeAll(error.errors, depth + 1) }),
  };
}

function named(error: Error): Record<string, string | number> {
  const entries = Object.entries(error).filter(
    (entry): entry is [string, string | number] =>
      NAMES.includes(entry[0]) && ['string', 'number'].includes(typeof entry[1]),
  );
  return Object.fromEntries(entries);
}

const describeAll = (errors: readonly unknown[], depth: number): readonly ErrorDescription[] =>
  errors
    .filter((error) => error instanceof Error)
    .slice(0, MOST_ERRORS)
    .map((error) => describeError(error, depth));

/** Removes the message from the stack, because a line of the message may look like a frame. */
function framesOf({ message, stack = '' }: Error): readonly string[] {
  const start = stack.indexOf(message);
  const frames = start < 0 ? '' : stack.slice(start + message.length);
  return frames.split('\n').filter((line) => /^ +at /.test(line));
}

/**
 * Servers and engines quote the value that they refuse: `invalid input syntax for type integer: "…"`,
 * `unknown command 'GET', with args beginning with: '…'`, `"…" is not valid JSON`. The value may contain
 * quotation marks, so this removes everything between the first mark and the last one.
 */
function withoutQuotations(message: string): string {
  const first = message.search(/["`“‘]|(?<!\p{L})'|'(?!\p{L})/u);
  if (first < 0) return message;
  const last = Math.max(...['"', '`', '”', '’', "'"].map((mark) => message.lastIndexOf(mark)));
  return `${message.slice(0, first + 1)}…${last > first ? message.slice(last) : ''}`;
}
