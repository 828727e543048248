import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentPage } from './environment-page.ts';
import { environmentSchema } from './environment-schema.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The files that are generated from the declaration of an environment, by path. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const schema = environmentSchema();
  return new Map([
    [join(ROOT, 'infra/environment.schema.json'), `${JSON.stringify(schema, null, 2)}\n`],
    [join(ROOT, 'docs/environment.md'), environmentPage(schema)],
  ]);
}
