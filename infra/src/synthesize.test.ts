import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MANIFESTS, readManifests } from './commands/manifests.ts';
import { ENVIRONMENTS } from './environments/index.ts';
import { synthesize } from './synthesize.ts';
import { VARIANTS } from './testing/variants.ts';

describe('what is committed', () => {
  it.each(Object.entries(ENVIRONMENTS))(
    'is what is made from %s; if not: npm run synth',
    (name, environment) => {
      expect(Object.fromEntries(readManifests(name))).toEqual(
        Object.fromEntries(synthesize(name, environment)),
      );
    },
  );

  it('has a folder for each environment and no others', () => {
    expect(readdirSync(MANIFESTS).sort()).toEqual([...Object.keys(ENVIRONMENTS), 'secrets'].sort());
  });
});

it.each(Object.entries({ ...ENVIRONMENTS, ...VARIANTS }))(
  '%s is the same, byte for byte, a second time',
  (name, environment) => {
    expect([...synthesize(name, environment)]).toEqual([...synthesize(name, structuredClone(environment))]);
  },
);

it.each(Object.entries(ENVIRONMENTS))('%s is kept under its own name', (name, environment) => {
  expect(environment.name).toBe(name);
});

describe.each(Object.entries(VARIANTS))('the variant %s', (name, environment) => {
  it.each([...synthesize(name, environment)])('has the same %s as before', async (file, text) => {
    await expect(text).toMatchFileSnapshot(`testing/snapshots/${name}/${file}.snap`);
  });
});
