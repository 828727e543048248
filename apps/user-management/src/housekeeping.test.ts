import { RecordingLogger } from '@user-management/conformance';
import { DependencyUnavailable } from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { keepHouse } from './housekeeping.ts';

const quiet = () => ({
  finishDeletions: vi.fn(() => Promise.resolve(0)),
  pruneSessions: vi.fn(() => Promise.resolve(0)),
  pruneChallenges: vi.fn(() => Promise.resolve(0)),
  pruneEvents: vi.fn(() => Promise.resolve(0)),
  pruneWebhooks: vi.fn(() => Promise.resolve(0)),
});

describe('keepHouse', () => {
  it('does a round at once, and says what it did', async () => {
    const logger = new RecordingLogger();
    const useCases = {
      finishDeletions: () => Promise.resolve(2),
      pruneSessions: () => Promise.resolve(3),
      pruneChallenges: () => Promise.resolve(1),
      pruneEvents: () => Promise.resolve(4),
      pruneWebhooks: () => Promise.resolve(5),
    };
    await keepHouse(useCases, logger).stop();
    expect(logger.lines.map(({ details }) => details)).toEqual([
      { users: 2 },
      { sessions: 3 },
      { events: 4 },
      { webhooks: 5 },
    ]);
  });

  it('says nothing when there was nothing to do', async () => {
    const logger = new RecordingLogger();
    await keepHouse(quiet(), logger).stop();
    expect(logger.lines).toEqual([]);
  });

  it('does a round after each pause, also after one that failed', async () => {
    const logger = new RecordingLogger();
    const useCases = quiet();
    useCases.finishDeletions.mockRejectedValueOnce(new DependencyUnavailable('user store'));
    const third = Promise.withResolvers<undefined>();
    const never = new Promise<void>(() => undefined);
    let pauses = 0;
    keepHouse(useCases, logger, async () => {
      pauses += 1;
      if (pauses < 3) return;
      third.resolve(undefined);
      await never;
    });
    await third.promise;
    expect(useCases.finishDeletions).toHaveBeenCalledTimes(3);
    expect(useCases.pruneSessions).toHaveBeenCalledTimes(2);
    expect(logger.lines).toMatchObject([{ level: 'warn' }]);
  });

  it('does every chore, also after one that failed', async () => {
    const logger = new RecordingLogger();
    const useCases = quiet();
    useCases.finishDeletions.mockRejectedValueOnce(new DependencyUnavailable('token store'));
    for (const chore of [useCases.pruneSessions, useCases.pruneEvents]) {
      chore.mockRejectedValueOnce(new Error('a record is damaged'));
    }
    await keepHouse(useCases, logger).stop();
    for (const chore of Object.values(useCases)) expect(chore).toHaveBeenCalledOnce();
    expect(logger.lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'warn']);
  });

  it('waits for the round that is running, and starts no other', async () => {
    const useCases = quiet();
    const gate = Promise.withResolvers<number>();
    useCases.finishDeletions.mockReturnValueOnce(gate.promise);
    const stopped = keepHouse(useCases, new RecordingLogger()).stop();
    gate.resolve(0);
    await stopped;
    expect(useCases.pruneSessions).toHaveBeenCalledOnce();
    expect(useCases.finishDeletions).toHaveBeenCalledOnce();
  });
});
