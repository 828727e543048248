import { configurationTable } from './configuration-table.ts';

const MARKED = /(<!-- configuration table: .*? -->\n)[^]*?(<!-- end of the configuration table -->)/;

/** The page with today's table between its two markers. */
export function withConfigurationTable(page: string): string {
  if (!MARKED.test(page)) throw new Error('The page has no markers of the configuration table.');
  // Prettier pads tables to the widest cell, which nobody can read in a diff.
  const table = `<!-- prettier-ignore-start -->\n\n${configurationTable()}\n\n<!-- prettier-ignore-end -->\n`;
  return page.replace(MARKED, (_, start: string, end: string) => `${start}${table}${end}`);
}
