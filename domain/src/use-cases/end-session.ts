import { orDamaged, SessionNotFound } from '../model/errors.ts';
import type { SessionId } from '../model/session-id.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { Caller } from './authenticate.ts';
import type { EndSessions } from './end-sessions.ts';
import { byCaller } from './new-event.ts';

interface Ports {
  sessions: SessionRepository;
  endSessions: EndSessions;
}

/**
 * Ends one of the caller's sessions with its tokens, at once and on every replica, also a damaged one.
 * Idempotent, until the session is pruned. Another user's session is not found, like one that never was.
 * @throws {SessionNotFound | DependencyUnavailable}
 */
export const endSession =
  ({ sessions, endSessions }: Ports) =>
  async (caller: Caller, id: SessionId): Promise<void> => {
    const session = await orDamaged(sessions.find(id));
    const isDamaged = session === 'damaged';
    const isOwn = isDamaged ? await sessions.has(caller.user.id, id) : session?.userId === caller.user.id;
    if (!session || !isOwn) throw new SessionNotFound();
    await endSessions(caller.user, [isDamaged ? { id } : session], { origin: byCaller(caller) });
  };
