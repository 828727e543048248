/**
 * What cannot be read must not keep the rest from being sent. So its error is thrown only when nothing else
 * was read with it.
 */
export function readable<Row, T>(rows: readonly Row[], read: (row: Row) => T): readonly T[] {
  const values: T[] = [];
  const errors: unknown[] = [];
  for (const row of rows) {
    try {
      values.push(read(row));
    } catch (error) {
      errors.push(error);
    }
  }
  if (values.length === 0 && errors.length > 0) throw errors[0];
  return values;
}
