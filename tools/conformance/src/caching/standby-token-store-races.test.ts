import { StandbyTokenStore } from '@user-management/domain';
import { MemoryTokenStore } from '@user-management/memory';
import fc, { type Scheduler } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestClock } from '../fakes/test-clock.ts';
import { scheduled } from './scheduled.ts';
import { aDigest, aTokenRecord } from '../fakes/samples.ts';

const clock = new TestClock();

describe('StandbyTokenStore, in random orders of everything that travels', () => {
  it('finds every token that was saved, and none that was revoked', async () => {
    const scripts = fc.array(
      fc.array(fc.constantFrom('find', 'find', 'revoke', 'cut', 'mend'), { minLength: 1, maxLength: 4 }),
      { minLength: 2, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scripts, fc.boolean(), async (scheduler, clients, connected) => {
        const outcome = tokenLies(scheduler, clients, connected);
        await scheduler.waitFor(outcome);
        expect(await outcome).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

async function tokenLies(
  scheduler: Scheduler,
  scripts: readonly string[][],
  connectedAtFirst: boolean,
): Promise<string[]> {
  let connected = connectedAtFirst;
  const memory = (): MemoryTokenStore => new MemoryTokenStore({ clock, maxEntries: 100 });
  const store = new StandbyTokenStore(
    scheduled(scheduler, memory(), () => connected),
    memory(),
  );
  const token = aDigest();
  await store.save(token, aTokenRecord(clock.now()));
  const revocation = { begun: false, acknowledged: false };
  const found: string[] = [];
  const act: Record<string, () => Promise<void> | void> = {
    find: async () => {
      const wasRevoked = revocation.acknowledged;
      const record = await store.find(token);
      if (record && wasRevoked) found.push('found after it was revoked');
      if (!record && !revocation.begun) found.push('not found though nobody revoked it');
    },
    revoke: async () => {
      revocation.begun = true;
      await store.revoke(token);
      revocation.acknowledged = true;
    },
    cut: () => {
      connected = false;
    },
    mend: () => {
      connected = true;
    },
  };
  await Promise.all(
    scripts.map(async (script) => {
      for (const action of script) await act[action]?.();
    }),
  );
  return found;
}
