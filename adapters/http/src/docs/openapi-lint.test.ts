import { createConfig, lintFromString } from '@redocly/openapi-core';
import { type RulesetDefinition, Spectral } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';
import { describe, expect, it } from 'vitest';
import { describeApi } from '../api/openapi.ts';
import { api, internal } from '../testing/api.ts';

describe.each([
  ['public', api],
  ['internal', internal],
])('the description of the %s API', (_, described) => {
  const description = JSON.stringify(describeApi(described));

  it('passes the recommended rules of redocly lint without a warning', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({ source: description, absoluteRef: 'openapi.json', config });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  it('passes spectral:oas without a warning', async () => {
    const spectral = new Spectral();
    // The package's own type of its rules is too loose for the parameter.
    spectral.setRuleset(oas as RulesetDefinition);
    const problems = await spectral.run(description);
    expect(problems.map(({ code, message, path }) => [code, message, path.join('.')])).toEqual([]);
  });
});
