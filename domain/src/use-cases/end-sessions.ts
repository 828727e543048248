import { UserNotFound } from '../model/errors.ts';
import type { EventType, Origin } from '../model/event.ts';
import { revokeEach } from '../model/revocations.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import { lastTokenExpiry, type Session, tokensOf, withEnd } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import { withRevocations } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { effectOf } from './new-event.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  tokens: TokenStore;
  identifiers: Identifiers;
  clock: Clock;
}

/** Why sessions end, for their events. */
export interface Ending {
  readonly origin: Origin;
  /** `session.ended` by default. */
  readonly type?: EventType;
  readonly mails?: readonly QueuedMail[];
}

/** Returns the ids of the sessions that this call ended, and no call before it. */
export type EndSessions = (
  user: UserId,
  sessions: readonly Pick<Session, 'id'>[],
  ending: Ending,
) => Promise<readonly SessionId[]>;

/**
 * Ends single sessions with all their tokens. Every step can be repeated, so a repeat finishes what a crash
 * interrupted:
 *
 * 1. The session is over, so no refresh starts any more, and the row names all tokens of earlier ones.
 * 2. The user revokes the session, so none of the tokens works, even if the token store is restored later.
 * 3. The tokens are removed.
 */
export const endSessions = (ports: Ports): EndSessions => {
  const { users, tokens, clock } = ports;
  return async (userId, candidates, ending) => {
    const now = clock.now();
    const ends = candidates.map(({ id }) => end(ports, { id, userId }, ending));
    const over = (await Promise.all(ends)).flat();
    const ended = over.map(({ session }) => ({ id: session.id, until: lastTokenExpiry(session) }));
    await users
      .update(userId, (user) => withRevocations(user, revokeEach(user.revocations, ended, now)))
      .catch(unlessGone);
    await Promise.all(over.flatMap(({ session }) => tokensOf(session).map((token) => tokens.revoke(token))));
    return over.filter(({ first }) => first).map(({ session }) => session.id);
  };
};

async function end(
  ports: Ports,
  { id, userId }: Pick<Session, 'id' | 'userId'>,
  { origin, type = 'session.ended', mails = [] }: Ending,
) {
  const effects = { ...effectOf(ports, type, userId, { ...origin, sessionId: id }), mails };
  let first = false;
  const end = (current: Session) => {
    first = current.endedAt === null;
    return withEnd(current, ports.clock.now());
  };
  const session = await ports.sessions.update(id, end, effects);
  return session ? [{ session, first }] : [];
}

/** A deleted user has no session that works. */
function unlessGone(error: unknown): void {
  if (!(error instanceof UserNotFound)) throw error;
}
