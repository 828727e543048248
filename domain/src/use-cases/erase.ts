import { type Session, tokensOf } from '../model/session.ts';
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
  // The tokens come first: without its session, nobody would find a token again.
  const revoke = async (some: readonly Session[]) => {
    await Promise.all(some.flatMap(tokensOf).map((token) => tokens.revoke(token)));
  };
  while ((await sessions.removeOf(user, BATCH, revoke)).length > 0);
  await challenges.removeOf(user);
  await events.forget(user);
}
