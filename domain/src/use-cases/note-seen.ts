import { BoundedMap } from '../caching/bounded-map.ts';
import type { AuthTokenRecord } from '../model/auth-token.ts';
import { SEEN_EVERY_MS, type SessionPolicy, withSeen } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { Logger } from '../ports/logger.ts';
import type { SessionRepository } from '../ports/session-repository.ts';

interface Ports {
  sessions: SessionRepository;
  policy: SessionPolicy;
  logger: Logger;
}

export type NoteSeen = (record: AuthTokenRecord, now: Timestamp) => void;

/** Bounds the memory of the process. Beyond it, a session may be written more often than once a minute. */
const MOST_REMEMBERED = 100_000;

/**
 * Writes at most once a minute that a session was seen. The request does not wait for it: a lost note makes
 * `last_seen_at` older, and nothing else.
 */
export function noteSeen({ sessions, policy, logger }: Ports): NoteSeen {
  const noted = new BoundedMap<SessionId, Timestamp>(MOST_REMEMBERED);

  return ({ sessionId, createdAt }, now) => {
    if (sessionId === null || now - (noted.get(sessionId) ?? createdAt) < SEEN_EVERY_MS) return;
    noted.set(sessionId, now);
    sessions
      .update(sessionId, (session) => withSeen(session, now, policy))
      .catch((err: unknown) => {
        logger.warn(
          { err, session_id: sessionId },
          'The time at which a session was last seen could not be stored.',
        );
      });
  };
}
