import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VARIABLE_NAMES } from '../declaration/variables.ts';
import { configurationTable } from './configuration-table.ts';
import { withConfigurationTable } from './with-configuration-table.ts';

describe('configurationTable', () => {
  const rows = configurationTable().split('\n').slice(2);

  it('has a row for each variable, of as many cells as the head', () => {
    expect(rows.map((row) => /^\| `(\w+)`/.exec(row)?.[1])).toEqual(VARIABLE_NAMES);
    for (const row of rows) expect(row.split(' | ')).toHaveLength(5);
  });

  it('says when which default counts, and that a secret may be in a file', () => {
    const row = rows.find((line) => line.includes('DATABASE_URL'));
    expect(row).toContain('`DATABASE_URL`, `DATABASE_URL_FILE`');
    expect(row).toContain('`redis:` in production, else `sqlite:data/users.db`');
  });
});

describe('docs/configuration.md', () => {
  it('is up to date; where it is not, run: npm run docs -w adapters/settings', () => {
    const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
    expect(page).toBe(withConfigurationTable(page));
  });
});
