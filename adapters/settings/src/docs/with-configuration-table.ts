import { configurationTable } from './configuration-table.ts';

const MARKED = /(<!-- configuration table: .*? -->\n)[^]*?(<!-- end of the configuration table -->)/;

/** Replaces the table between the page's two markers by the current one. */
export function withConfigurationTable(page: string): string {
  if (!MARKED.test(page)) throw new Error('The page lacks the markers of the configuration table.');
  // Prettier pads every row to the widest cell, so a change of one row would show as a diff of all rows.
  const table = `<!-- prettier-ignore-start -->\n\n${configurationTable()}\n\n<!-- prettier-ignore-end -->\n`;
  return page.replace(MARKED, (_, start: string, end: string) => `${start}${table}${end}`);
}
