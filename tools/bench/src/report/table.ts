/** One line of the report: the measurement, its result, the goal and the raw figures. */
export interface Row {
  readonly what: string;
  readonly result: string;
  readonly wanted: string;
  readonly raw: string;
}

/** Formats the rows as a Markdown table that is aligned for a terminal. */
export function table(rows: readonly Row[]): string {
  const head: Row = { what: 'what', result: 'result', wanted: 'wanted', raw: 'raw' };
  const columns = Object.keys(head) as (keyof Row)[];
  const width = (column: keyof Row) => Math.max(...[head, ...rows].map((row) => row[column].length));
  const widths = columns.map(width);
  const line = (cells: string[]) => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  const lines = [head, ...rows].map((row) => line(columns.map((column) => row[column])));
  lines.splice(1, 0, line(widths.map((n) => '-'.repeat(n))));
  return lines.join('\n');
}
