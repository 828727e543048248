import { Damaged, parseTimestamp } from '@user-management/domain';

/**
 * No version of this service can have written this row. The message names the row and the column, but not the
 * value.
 */
export class UnreadableRow extends Damaged {
  constructor(kind: Kind, id: unknown, column: string, cause: unknown) {
    const row = typeof id === 'string' ? id : 'without an id';
    super(`The stored ${kind} ${row} cannot be used: the column ${column} is not valid.`, { cause });
    this.name = 'UnreadableRow';
  }
}

/** `undefined`: the row is damaged. */
export function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableRow) return undefined;
    throw error;
  }
}

type Kind = 'user' | 'session' | 'event' | 'challenge' | 'mail' | 'webhook' | 'webhook lane';
type Parse<T> = (input: unknown) => T;

/** Returns a function that parses one column of a row. It throws {UnreadableRow}. */
export const columnsOf =
  (kind: Kind) =>
  <Name extends string, T>(
    row: Readonly<Record<NoInfer<Name> | 'id', unknown>>,
    name: Name,
    parse: Parse<T>,
  ): T => {
    try {
      return parse(row[name]);
    } catch (error) {
      throw new UnreadableRow(kind, row.id, name, error);
    }
  };

/**
 * The columns that differ. SQLite writes a page of every index that has a column of the statement, also when
 * its value stays the same.
 */
export const changesOf = <Row extends object>(before: Row, after: Row): Partial<Row> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => before[name as keyof Row] !== value),
  ) as Partial<Row>;

export const orNull =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (input) =>
    input === null ? null : parse(input);

/** A stored value is already in normal form. Another form would allow two spellings of one value. */
export const unchanged =
  <T>(parse: Parse<T>): Parse<T> =>
  (input) => {
    const parsed = parse(input);
    if (parsed !== input) throw new Error('is not in its normal form');
    return parsed;
  };

export const fromJson =
  <T>(parse: Parse<T>): Parse<T> =>
  (input) =>
    parse(parseJson(input));

export const fromInteger =
  <T>(parse: Parse<T>): Parse<T> =>
  (input) =>
    parse(parseInteger(input));

export const parseCount = fromInteger((count) => {
  if (!Number.isSafeInteger(count) || (count as number) < 0) throw new Error('is not a count');
  return count as number;
});

export const parseInstant = fromInteger(parseTimestamp);

export const parseVersion = fromInteger((version) => {
  if (!Number.isSafeInteger(version) || (version as number) < 1) throw new Error('is not a version');
  return version as number;
});

/** PostgreSQL's driver returns 64-bit integers as strings, SQLite's driver returns numbers. */
function parseInteger(input: unknown): number {
  if (typeof input === 'number') return input;
  if (typeof input !== 'string' || !/^\d{1,16}$/.test(input)) throw new Error('is not an integer');
  return Number(input);
}

function parseJson(input: unknown): unknown {
  try {
    return JSON.parse(input as string);
  } catch {
    // The parser's own message quotes the text.
    throw new Error('is not JSON');
  }
}
