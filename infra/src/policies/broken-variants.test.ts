import { describe, expect, it } from 'vitest';
import { checkEnvironment } from '../environment/check-environment.ts';
import { BROKEN } from '../testing/broken/index.ts';
import { make } from '../testing/broken/make.ts';
import { objectsOf } from '../testing/synthesized.ts';
import { VARIANTS } from '../testing/variants.ts';
import { POLICIES } from './index.ts';

const INTACT = new Map(Object.entries(VARIANTS).map(([name, environment]) => [name, objectsOf(environment)]));

describe.each(Object.entries(BROKEN))('"%s" finds', (name, mistakes) => {
  it.each(mistakes)('$mistake', (mistake) => {
    const intact = INTACT.get(mistake.of) ?? [];
    const broken = make(mistake, intact);
    const policy = POLICIES.find((one) => one.name === name);
    expect(broken, 'the mistake is made').not.toEqual(intact);
    const release = checkEnvironment(mistake.of, VARIANTS[mistake.of]);
    expect(policy?.problems(intact, release)).toEqual([]);
    expect(policy?.problems(broken, release).length).toBeGreaterThan(0);
  });
});

it('has a mistake for every policy', () => {
  expect(Object.keys(BROKEN).sort()).toEqual(POLICIES.map(({ name }) => name).sort());
});
