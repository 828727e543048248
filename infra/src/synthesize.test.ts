import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseFrom } from './commands/chosen.ts';
import { ROOT } from './commands/environments.ts';
import { make } from './commands/make.ts';
import { readManifests } from './commands/manifests.ts';
import { OUR_ENVIRONMENTS } from './testing/our-environments.ts';
import { filesOf } from './testing/synthesized.ts';
import { VARIANTS } from './testing/variants.ts';

const chosen = await chooseFrom([]);

describe('what is committed', () => {
  it.each(chosen.names)('is what is made from %s; if not: npm run synth', (name) => {
    expect(Object.fromEntries(readManifests(chosen.folder(name)))).toEqual(
      Object.fromEntries(make(chosen, name)),
    );
  });

  it('has a folder for each environment and no others', () => {
    expect(readdirSync(join(ROOT, 'infra/manifests')).sort()).toEqual([...chosen.names, 'secrets'].sort());
  });
});

it.each(Object.entries({ ...OUR_ENVIRONMENTS, ...VARIANTS }))(
  '%s is the same, byte for byte, a second time',
  (_, environment) => {
    expect([...filesOf(environment)]).toEqual([...filesOf(structuredClone(environment))]);
  },
);

describe.each(Object.entries(VARIANTS))('the variant %s', (name, environment) => {
  it.each([...filesOf(environment)])('has the same %s as before', async (file, text) => {
    await expect(text).toMatchFileSnapshot(`testing/snapshots/${name}/${file}.snap`);
  });
});
