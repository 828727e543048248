import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { environmentSchema, type Node } from './environment-schema.ts';
import { generatedFiles } from './generated.ts';

it.each([...generatedFiles()])('%s is up to date; if not: npm run docs -w infra', (path, text) => {
  expect(readFileSync(path, 'utf8')).toBe(text);
});

it('says of every field what it is', () => {
  const schema = environmentSchema();
  const silent = Object.entries({ Environment: schema, ...schema.$defs }).flatMap(
    ([name, node]: [string, Node]) =>
      Object.entries(node.properties ?? {})
        .filter(([field, { description }]) => !description && !DISCRIMINATORS.includes(field))
        .map(([field]) => `${name}.${field}`),
  );
  expect(silent).toEqual([]);
});

/** They say of themselves which member of a union they are. */
const DISCRIMINATORS: readonly string[] = ['kind', 'in'];
