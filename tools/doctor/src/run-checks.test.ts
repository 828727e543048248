import { describe, expect, it } from 'vitest';
import { type Check, ok } from './check.ts';
import { runChecks } from './run-checks.ts';

const check = (name: string, examine: Check<null>['examine'], ...needs: string[]): Check<null> => ({
  name,
  needs,
  examine,
  mend: () => `mend ${name}`,
});
const never = () => new Promise<never>(() => undefined);

describe('runChecks', () => {
  it('continues after a check that throws, and after one that never ends', async () => {
    const checks = [
      check('throws', () => {
        throw new Error('outer', { cause: new Error('inner') });
      }),
      check('hangs', never),
      check('is fine', () => ok('seen')),
    ];
    expect(await runChecks([{ title: 'All', checks }], null, 50)).toEqual([
      { group: 'All', name: 'throws', status: 'failed', saw: 'outer: inner', mend: 'mend throws' },
      {
        group: 'All',
        name: 'hangs',
        status: 'failed',
        saw: 'There was no answer within 50 ms.',
        mend: 'mend hangs',
      },
      { group: 'All', name: 'is fine', status: 'ok', saw: 'seen' },
    ]);
  });

  it('skips a check when an earlier check that it needs did not pass', async () => {
    const checks = [
      check('first', never),
      check('second', () => ok(''), 'first'),
      check('third', () => ok(''), 'second'),
    ];
    const results = await runChecks([{ title: 'All', checks }], null, 50);
    expect(results.slice(1).map(({ saw }) => saw)).toEqual([
      'The check “first” failed.',
      'The check “second” was skipped.',
    ]);
  });
});
