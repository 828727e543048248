import { readFileSync } from 'node:fs';
import { describeApi } from '../api/openapi.ts';
import { internalApi, publicApi } from '../routes/index.ts';
import { withProblemTable } from './problem-table.ts';

const ROOT = new URL('../../../../', import.meta.url);

export const pageUrl = (path: string): URL => new URL(path, ROOT);

const read = (path: string): string => readFileSync(pageUrl(path), 'utf8');

const version = (): string => (JSON.parse(read('package.json')) as { version: string }).version;

const pretty = (description: object): string => `${JSON.stringify(description, undefined, 2)}\n`;

/** The pages that are made from this package, by path, and what each has to contain today. */
export const PAGES: Readonly<Record<string, () => string>> = {
  'docs/openapi.json': () => pretty(describeApi(publicApi(version()))),
  'docs/openapi-internal.json': () => pretty(describeApi(internalApi(version(), true))),
  'docs/errors.md': () => withProblemTable(read('docs/errors.md')),
};
