import { tokensOf } from '../model/session.ts';
import type { UserId } from '../model/user-id.ts';
import type { ChallengeRepository } from '../ports/challenge-repository.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';

interface Ports {
  sessions: SessionRepository;
  tokens: TokenStore;
  events: EventLog;
  challenges: ChallengeRepository;
}

/** Sessions that one step removes: bounded work for the store. */
const BATCH = 100;

/** Removes what belongs to a user who is being deleted, or is gone. It can be repeated. */
export async function erase({ sessions, tokens, events, challenges }: Ports, user: UserId): Promise<void> {
  for (;;) {
    const removed = await sessions.removeOf(user, BATCH);
    if (removed.length === 0) break;
    await Promise.all(removed.flatMap(tokensOf).map((token) => tokens.revoke(token)));
  }
  await challenges.removeOf(user);
  await events.forget(user);
}
