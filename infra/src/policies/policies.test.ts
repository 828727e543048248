import { describe, expect, it } from 'vitest';
import { ENVIRONMENTS } from '../environments/index.ts';
import { synthesize } from '../synthesize.ts';
import { VARIANTS } from '../testing/variants.ts';
import { POLICIES } from './index.ts';
import { parseManifests } from './objects.ts';

describe.each(Object.entries({ ...ENVIRONMENTS, ...VARIANTS }))(
  'the manifests of %s',
  (name, environment) => {
    const objects = parseManifests(...synthesize(name, environment).values());

    it.each(POLICIES)('$name', (policy) => {
      expect(policy.problems(objects)).toEqual([]);
    });
  },
);

it('no two policies have the same name, so that a failure says which one it is', () => {
  expect(new Set(POLICIES.map(({ name }) => name)).size).toBe(POLICIES.length);
});
