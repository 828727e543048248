import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, UseCases } from '@user-management/domain';

/** Milliseconds between two rounds, on average. Each replica waits a random time, so they spread. */
const PAUSE_MS = 60_000;

export interface Housekeeping {
  /** Waits for the round that is running. No round starts any more. */
  stop(): Promise<void>;
}

/**
 * Finishes what crashed replicas began, and removes what is not needed any more: at the start, and then about
 * once a minute. All replicas do it, and none of them holds a lock.
 */
export function keepHouse(useCases: Rounds, logger: Logger, pause = aboutAMinute): Housekeeping {
  const stopping = new AbortController();
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await round(useCases, logger);
      await pause(stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
    },
  };
}

type Rounds = Pick<UseCases, 'finishDeletions' | 'pruneSessions' | 'pruneChallenges' | 'pruneEvents'>;

/** It never throws: the next round tries again. */
async function round(
  { finishDeletions, pruneSessions, pruneChallenges, pruneEvents }: Rounds,
  logger: Logger,
): Promise<void> {
  try {
    const users = await finishDeletions();
    if (users > 0) logger.info({ users }, 'Deletions of users that had been interrupted are finished.');
    const sessions = await pruneSessions();
    if (sessions > 0) logger.info({ sessions }, 'Sessions that were over have been removed.');
    await pruneChallenges();
    const events = await pruneEvents();
    if (events > 0) logger.info({ events }, 'Events that were older than the retention have been removed.');
  } catch (err) {
    logger.warn({ err }, 'Housekeeping failed. The next round tries again.');
  }
}

async function aboutAMinute(signal: AbortSignal): Promise<void> {
  const milliseconds = PAUSE_MS * (0.5 + Math.random());
  // The wait ends with an error when the service stops, and that is what it is for.
  await wait(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
