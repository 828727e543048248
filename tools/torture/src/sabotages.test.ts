import { describe, expect, it } from 'vitest';
import { sabotages } from './system/sabotages.ts';
import { sessionSabotages } from './system/session-sabotages.ts';
import { torture } from './torture.ts';

/** Not every seed finds a sabotage in time. */
const SEEDS = [1, 2, 3, 4];
const MILLISECONDS = 20_000;

const FINDINGS = new RegExp(
  [
    'found (no user|version \\d+) after',
    'found after it was revoked',
    'works after (the session was ended|its grace)',
    'reuse was (told twice|never told)',
    'gave two pairs',
    'is (listed|stored) after',
    // The session was ended, but one of its tokens still works.
    'is not listed',
  ].join('|'),
);

describe('torture finds a replica that', () => {
  it.each(Object.entries({ ...sabotages, ...sessionSabotages }))(
    '%s',
    { timeout: 2 * SEEDS.length * MILLISECONDS },
    async (_, sabotage) => {
      for (const seed of SEEDS) {
        const { violation } = await torture({ store: 'memory', seed, milliseconds: MILLISECONDS, sabotage });
        if (!violation) continue;
        expect(violation.message).toMatch(FINDINGS);
        return;
      }
      expect.fail('The torture did not find the sabotage.');
    },
  );
});
