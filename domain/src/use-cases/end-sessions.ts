import { UserNotFound } from '../model/errors.ts';
import type { EventType, Origin } from '../model/event.ts';
import { revokeEach } from '../model/revocations.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import { lastTokenExpiry, type Session, tokensOf, withEnd } from '../model/session.ts';
import type { SessionId } from '../model/session-id.ts';
import { type User, withRevocations } from '../model/user.ts';
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

/** What the caller has read, which saves reading it again, or the id alone. */
type Known<Record extends { readonly id: string }> = Record | Pick<Record, 'id'>;

/** Returns the ids of the sessions that this call ended, and no call before it. */
export type EndSessions = (
  user: Known<User>,
  sessions: readonly Known<Session>[],
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
  return async (user, candidates, ending) => {
    const now = clock.now();
    const ends = candidates.map((session) => end(ports, user.id, session, ending));
    const over = (await Promise.all(ends)).flat();
    const ended = over.map(({ session }) => ({ id: session.id, until: lastTokenExpiry(session) }));
    const revoke = (current: User) => withRevocations(current, revokeEach(current.revocations, ended, now));
    await users.update(user.id, revoke, undefined, readIn(user)).catch(unlessGone);
    await Promise.all(over.flatMap(({ session }) => tokensOf(session).map((token) => tokens.revoke(token))));
    return over.filter(({ first }) => first).map(({ session }) => session.id);
  };
};

const readIn = <Record extends { readonly id: string; readonly version: number }>(
  known: Known<Record>,
): Record | undefined => ('version' in known ? known : undefined);

async function end(
  ports: Ports,
  userId: UserId,
  candidate: Known<Session>,
  { origin, type = 'session.ended', mails = [] }: Ending,
) {
  const { id } = candidate;
  const effects = { ...effectOf(ports, type, userId, { ...origin, sessionId: id }), mails };
  let first = false;
  const end = (current: Session) => {
    first = current.endedAt === null;
    return withEnd(current, ports.clock.now());
  };
  const session = await ports.sessions.update(id, end, effects, readIn(candidate));
  return session ? [{ session, first }] : [];
}

/** A deleted user has no session that works. */
function unlessGone(error: unknown): void {
  if (!(error instanceof UserNotFound)) throw error;
}
