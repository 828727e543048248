import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseFrom } from './commands/chosen.ts';
import { ROOT } from './commands/environments.ts';
import { make } from './commands/make.ts';
import { readManifests } from './commands/manifests.ts';
import { production } from './environments/production.ts';
import { OUR_ENVIRONMENTS } from './testing/our-environments.ts';
import { filesOf } from './testing/synthesized.ts';
import { VARIANTS } from './testing/variants.ts';

const chosen = await chooseFrom([]);

describe('the committed manifests', () => {
  it.each(chosen.names)('of %s are up to date (npm run synth)', (name) => {
    expect(Object.fromEntries(readManifests(chosen.folder(name)))).toEqual(
      Object.fromEntries(make(chosen, name)),
    );
  });

  it('have a folder for each environment and no others', () => {
    expect(readdirSync(join(ROOT, 'infra/manifests')).sort()).toEqual([...chosen.names, 'secrets'].sort());
  });
});

it.each(Object.entries({ ...OUR_ENVIRONMENTS, ...VARIANTS }))(
  '%s is byte for byte the same a second time',
  (_, environment) => {
    expect([...filesOf(environment)]).toEqual([...filesOf(structuredClone(environment))]);
  },
);

describe.each(Object.entries(VARIANTS))('the variant %s', (name, environment) => {
  it.each([...filesOf(environment)])('has the same %s as before', async (file, text) => {
    await expect(text).toMatchFileSnapshot(`testing/snapshots/${name}/${file}.snap`);
  });
});

describe('the manifests of the service', () => {
  const firstLines = (settings: Readonly<Record<string, string>>) => {
    const files = filesOf({ ...production, settings });
    return files.get('user-management.yml')?.split('\n').slice(0, 2).join('\n');
  };

  it('say that the limits per client address are off, until the proxies are named', () => {
    expect(firstLines({})).toContain('# The limits per client address are off');
    expect(firstLines({ TRUSTED_PROXIES: '10.0.0.0/8' })).not.toContain('# The limits');
  });
});
