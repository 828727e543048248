import type { Session, SessionPolicy } from '../model/session.ts';
import type { User } from '../model/user.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  clock: Clock;
  policy: SessionPolicy;
}

/**
 * The sessions of a user that are alive, the last seen first. A user who is gone has none.
 *
 * While they are read, somebody may end all sessions but one, and a refresh may move that one to the new
 * epoch. To the user as known before, it is dead. So they are read again until the epoch stays the same.
 * @throws {DependencyUnavailable}
 */
export async function aliveSessions(ports: Ports, user: User): Promise<readonly Session[]> {
  const { users, sessions, clock, policy } = ports;
  const alive = await sessions.alive(user, clock.now(), policy.sessionsPerUser);
  const current = await users.findById(user.id);
  if (!current) return [];
  return current.revocations.epoch === user.revocations.epoch ? alive : aliveSessions(ports, current);
}
