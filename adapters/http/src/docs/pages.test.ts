import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { PROBLEM_CODES } from '../answer/problems.ts';
import { PAGES, pageUrl } from './pages.ts';

const errors = readFileSync(pageUrl('docs/errors.md'), 'utf8');

it.each(Object.entries(PAGES))(
  '%s is up to date; if not, run: npm run docs -w adapters/http',
  (path, text) => {
    expect(readFileSync(pageUrl(path), 'utf8')).toBe(text());
  },
);

it.each(PROBLEM_CODES)('docs/errors.md has one row for %s, in complete sentences', (code) => {
  const rows = errors.split('\n').filter((line) => line.startsWith(`| \`${code}\` `));
  expect(rows).toEqual([expect.stringMatching(/^\| `[\w-]+` \| \d{3} \| [A-Z][^|]*\. \| [A-Z][^|]*\. \|$/)]);
});
