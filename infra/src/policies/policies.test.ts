import { describe, expect, it } from 'vitest';
import { checkEnvironment } from '../environment/check-environment.ts';
import { OUR_ENVIRONMENTS } from '../testing/our-environments.ts';
import { objectsOf } from '../testing/synthesized.ts';
import { VARIANTS } from '../testing/variants.ts';
import { POLICIES } from './index.ts';

describe.each(Object.entries({ ...OUR_ENVIRONMENTS, ...VARIANTS }))(
  'the manifests of %s',
  (name, environment) => {
    const objects = objectsOf(environment);
    const release = checkEnvironment(name, environment);

    it.each(POLICIES)('$name', (policy) => {
      expect(policy.problems(objects, release)).toEqual([]);
    });
  },
);

it('policies have unique names, so that a failure names one policy', () => {
  expect(new Set(POLICIES.map(({ name }) => name)).size).toBe(POLICIES.length);
});
