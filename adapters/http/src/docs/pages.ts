import { readFileSync } from 'node:fs';
import { describeApi } from '../api/openapi.ts';
import { publicApi } from '../routes/index.ts';
import { withProblemTable } from './problem-table.ts';

const ROOT = new URL('../../../../', import.meta.url);

export const pageUrl = (path: string): URL => new URL(path, ROOT);

const read = (path: string): string => readFileSync(pageUrl(path), 'utf8');

/** The pages that are made from this package, by path, and what each has to contain today. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/openapi.json': () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    return `${JSON.stringify(describeApi(publicApi(version)), undefined, 2)}\n`;
  },
  'docs/errors.md': () => withProblemTable(read('docs/errors.md')),
};
