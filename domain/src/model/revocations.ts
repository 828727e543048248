import { ValidationFailed } from './errors.ts';
import { parseSessionId, type SessionId } from './session-id.ts';
import { parseTimestamp, type Timestamp } from './timestamp.ts';

/** A session that ended on its own, while a token of it may still be in a copy of the token store. */
export interface EndedSession {
  readonly id: SessionId;
  /** When its last token expires. From then on, no entry is needed. */
  readonly until: Timestamp;
}

/**
 * Which sessions of a user are dead. It is part of the user, so one atomic change ends any number of
 * sessions, and it stays true when the token store is emptied or restored from old content.
 */
export interface Revocations {
  /** A session of another epoch is dead. It only grows. */
  readonly epoch: number;
  /** The one session of an older epoch that stays alive: it ended all the others. */
  readonly kept: SessionId | null;
  readonly ended: readonly EndedSession[];
}

/**
 * The limit of `ended`. A user has to log in for each entry, so only a script gets here. Beyond the limit,
 * the entry that expires first is dropped: its session stays dead, but a restored token store could bring
 * its token back until the token expires.
 */
export const MOST_ENDED = 100;

export const NO_REVOCATIONS: Revocations = { epoch: 0, kept: null, ended: [] };

interface Revocable {
  readonly id: SessionId | null;
  readonly epoch: number;
}

export const isRevoked = ({ epoch, kept, ended }: Revocations, session: Revocable): boolean =>
  (session.epoch !== epoch && (session.id === null || session.id !== kept)) ||
  ended.some(({ id }) => id === session.id);

export const revokeAll = ({ epoch, ended }: Revocations): Revocations => ({
  epoch: epoch + 1,
  kept: null,
  ended,
});

/** Ends every session but one. */
export const revokeOthers = ({ epoch, ended }: Revocations, kept: SessionId): Revocations => ({
  epoch: epoch + 1,
  kept,
  ended,
});

/** Returns `revocations` itself when they hold all of that already. */
export function revokeEach(
  revocations: Revocations,
  sessions: readonly EndedSession[],
  now: Timestamp,
): Revocations {
  const known = new Set(revocations.ended.map(({ id }) => id));
  const added = sessions.filter(({ id, until }) => until > now && !known.has(id));
  if (added.length === 0) return revocations;
  const ended = [...revocations.ended.filter(({ until }) => until > now), ...added];
  return { ...revocations, ended: ended.sort((a, b) => b.until - a.until).slice(0, MOST_ENDED) };
}

/** A store's value. @throws {ValidationFailed} */
export function parseEpoch(input: unknown): number {
  if (!Number.isSafeInteger(input) || (input as number) < 0) {
    throw new ValidationFailed('must be a session epoch: 0 or a whole number above');
  }
  return input as number;
}

/** A store's value: `[[session id, milliseconds since 1970], …]`. @throws {ValidationFailed} */
export function parseEnded(input: unknown): readonly EndedSession[] {
  if (!Array.isArray(input) || input.length > MOST_ENDED) {
    throw new ValidationFailed(`must be a list of at most ${MOST_ENDED} ended sessions`);
  }
  return input.map((entry: unknown) => {
    const [id, until] = Array.isArray(entry) ? (entry as unknown[]) : [];
    return { id: parseSessionId(id), until: parseTimestamp(until) };
  });
}
