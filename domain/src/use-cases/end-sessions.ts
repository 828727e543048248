import type { Digest } from '../model/digest.ts';
import { orDamaged, UserNotFound } from '../model/errors.ts';
import type { EventType, Origin } from '../model/event.ts';
import { type EndedSession, revokeEach } from '../model/revocations.ts';
import type { QueuedMail } from '../model/queued-mail.ts';
import {
  lastTokenExpiry,
  latestExpiry,
  type Session,
  type SessionPolicy,
  tokensOf,
  withEnd,
} from '../model/session.ts';
import { type User, withRevocations } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Effects } from '../ports/event-log.ts';
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
  policy: SessionPolicy;
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

export type EndSessions = (
  user: Known<User>,
  sessions: readonly Known<Session>[],
  ending: Ending,
) => Promise<void>;

/** A session that this or an earlier call ended. */
interface Ended extends EndedSession {
  readonly tokens: readonly Digest[];
  /** To be written with the revocation, because the session could not be written. */
  readonly effects: Effects;
}

/**
 * Ends single sessions with all their tokens. Every step can be repeated, so a repeat finishes what a crash
 * interrupted:
 *
 * 1. The session is over, so no refresh starts any more, and the row names all tokens of earlier ones. A
 *    damaged session has no refresh, and nobody can tell its tokens.
 * 2. The user revokes the session, so none of the tokens works, even if the token store is restored later.
 * 3. The tokens are removed.
 */
export const endSessions = (ports: Ports): EndSessions => {
  const { users, tokens, clock } = ports;
  return async (user, candidates, ending) => {
    const now = clock.now();
    const ends = candidates.map((session) => end(ports, user.id, session, ending));
    const ended = (await Promise.all(ends)).filter((one) => one !== undefined);
    const revoked = ended.map(({ id, until }) => ({ id, until }));
    const revoke = (current: User) => withRevocations(current, revokeEach(current.revocations, revoked, now));
    const effects = {
      events: ended.flatMap((one) => one.effects.events),
      mails: ended.flatMap((one) => one.effects.mails ?? []),
    };
    await users.update(user.id, revoke, effects, readIn(user)).catch(unlessGone);
    await Promise.all(ended.flatMap((one) => one.tokens).map((token) => tokens.revoke(token)));
  };
};

const readIn = <Record extends { readonly id: string; readonly version: number }>(
  known: Known<Record>,
): Record | undefined => ('version' in known ? known : undefined);

/** `undefined`: there is no such session. */
async function end(
  ports: Ports,
  userId: UserId,
  candidate: Known<Session>,
  { origin, type = 'session.ended', mails = [] }: Ending,
): Promise<Ended | undefined> {
  const { id } = candidate;
  const { sessions, clock, policy } = ports;
  const effects = { ...effectOf(ports, type, userId, { ...origin, sessionId: id }), mails };
  const end = (current: Session) => withEnd(current, clock.now());
  const session = await orDamaged(sessions.update(id, end, effects, readIn(candidate)));
  if (session === 'damaged') return { id, until: latestExpiry(clock.now(), policy), tokens: [], effects };
  return session && { id, until: lastTokenExpiry(session), tokens: tokensOf(session), effects: NOTHING };
}

const NOTHING: Effects = { events: [] };

/** A deleted user has no session that works. */
function unlessGone(error: unknown): void {
  if (!(error instanceof UserNotFound)) throw error;
}
