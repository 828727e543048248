import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { environmentSchema, type Node } from './environment-schema.ts';
import { generatedFiles } from './generated.ts';

it.each([...generatedFiles()])('%s is up to date (npm run docs -w infra)', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('describes every field', () => {
  const schema = environmentSchema();
  const silent = Object.entries({ Environment: schema, ...schema.$defs }).flatMap(
    ([name, node]: [string, Node]) =>
      Object.entries(node.properties ?? {})
        .filter(([field, { description }]) => !description && !DISCRIMINATORS.includes(field))
        .map(([field]) => `${name}.${field}`),
  );
  expect(silent).toEqual([]);
});

/** Their values select a member of a union. They need no description. */
const DISCRIMINATORS: readonly string[] = ['kind', 'in'];
