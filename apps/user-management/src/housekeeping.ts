import { DependencyUnavailable, type Logger, type UseCases } from '@user-management/domain';
import { about, inRounds, type Rounds } from './in-rounds.ts';

/** Milliseconds between two rounds, on average. */
const PAUSE_MS = 60_000;

/**
 * Finishes what crashed replicas began, and removes what is not needed any more: at the start, and then about
 * once a minute. All replicas do it, and none of them holds a lock.
 */
export const keepHouse = (useCases: Chores, logger: Logger, pause = about(PAUSE_MS)): Rounds =>
  inRounds(() => round(useCases, logger), pause);

type Chores = Pick<
  UseCases,
  'finishDeletions' | 'pruneSessions' | 'pruneChallenges' | 'pruneEvents' | 'pruneWebhooks'
>;

/** It never throws: the next round tries again. A chore that fails keeps no other one from being done. */
async function round(
  { finishDeletions, pruneSessions, pruneChallenges, pruneEvents, pruneWebhooks }: Chores,
  logger: Logger,
): Promise<void> {
  const chores = [
    async () => {
      const users = await finishDeletions();
      if (users > 0) logger.info({ users }, 'Deletions of users that had been interrupted are finished.');
    },
    async () => {
      const sessions = await pruneSessions();
      if (sessions > 0) logger.info({ sessions }, 'Sessions that were over have been removed.');
    },
    pruneChallenges,
    async () => {
      const events = await pruneEvents();
      if (events > 0) logger.info({ events }, 'Events that were older than the retention have been removed.');
    },
    async () => {
      const webhooks = await pruneWebhooks();
      if (webhooks > 0) {
        logger.warn({ webhooks }, 'Webhooks that no endpoint got in a week have been removed.');
      }
    },
  ];
  for (const chore of chores) {
    try {
      await chore();
    } catch (err) {
      logger.warn({ err }, 'Housekeeping failed. The next round tries again.');
      // Every chore needs the user store. Only the deletions need more.
      if (err instanceof DependencyUnavailable && err.dependency === 'user store') return;
    }
  }
}
