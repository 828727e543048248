import { describe, expect, it } from 'vitest';
import { deleteAccount, endAtOnce, endOne } from './operations/ending-operations.ts';
import { logIn, lookForRemains } from './operations/account-operations.ts';
import type { Mixture } from './operations/clients.ts';
import { changeEmail } from './operations/email-operations.ts';
import { readEvents } from './operations/event-operations.ts';
import { check, checkDead, refresh, refreshAtOnce, reuse } from './operations/session-operations.ts';
import { change, findById } from './operations/user-operations.ts';
import { TooSlow } from './oracle/journal.ts';
import { eventSabotages } from './system/event-sabotages.ts';
import { sabotages } from './system/sabotages.ts';
import { sessionSabotages } from './system/session-sabotages.ts';
import { torture, type TortureOptions } from './torture.ts';

/** Whether a round finds a sabotage is also a matter of timing. */
const ROUNDS = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => ({ seed, milliseconds: 10_000 }));
const TIMEOUT_MS = 2 * ROUNDS.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

type Conditions = Partial<
  Pick<TortureOptions, 'sessionOperations' | 'userOperations' | 'outages' | 'tokenTtl'>
>;

const endings: Mixture = [
  [10, logIn],
  [10, endOne],
  [60, checkDead],
];

/** Many writes of the same few users, and leases that get lost, without outages that keep them waiting. */
const races: Conditions = {
  sessionOperations: [[1, check]],
  userOperations: [
    [60, findById],
    [40, change],
  ],
  outages: [],
};

/** A broken cache shows among the users of the other clients. These leave them the processor. */
const brokenCache: Conditions = { sessionOperations: [[1, check]] };

/** Everything is found by the usual operations too, but later. */
const conditions: Readonly<Record<string, Conditions>> = {
  'fills without comparing leases': races,
  'acknowledges a write although the cache did not end it': races,
  'uses entries from before a restart': { ...races, outages: ['Redis'] },
  'does not check the epoch of a token': {},
  'ends a session and forgets its refresh token': {
    // The user lists an ended session until its last token has expired.
    tokenTtl: 1,
    sessionOperations: endings,
  },
  'refreshes without comparing the refresh token': {
    sessionOperations: [
      [4, logIn],
      [10, refresh],
      [4, refreshAtOnce],
      [4, reuse],
    ],
  },
  'does not list an ended session at its user': {
    tokenTtl: 3_600,
    sessionOperations: endings,
  },
  'deletes a user and leaves the sessions': {
    sessionOperations: [
      [10, logIn],
      [2, deleteAccount],
      [10, lookForRemains],
    ],
  },
  'forgets the index entry of an email that was changed': {
    sessionOperations: [
      [10, logIn],
      [10, changeEmail],
    ],
  },
  'brings back the session of a caller that has ended meanwhile': {
    sessionOperations: [
      [10, logIn],
      [10, check],
      [10, endAtOnce],
    ],
  },
  'sends a later webhook of a user while an earlier one waits': { sessionOperations: [[1, logIn]] },
  'writes a change without its event': {
    sessionOperations: [
      [10, logIn],
      [10, readEvents],
    ],
  },
};

describe('torture finds a replica that', () => {
  it.each(Object.entries({ ...sabotages, ...sessionSabotages, ...eventSabotages }))(
    '%s',
    { timeout: TIMEOUT_MS },
    async (name, sabotage) => {
      for (const round of ROUNDS) {
        const options = { ...(conditions[name] ?? brokenCache), sabotage, ...round };
        const { violation } = await torture({ store: 'memory', ...options });
        if (violation && !(violation instanceof TooSlow)) return;
      }
      expect.fail('The torture did not find the sabotage.');
    },
  );
});
