import type { Session, SessionPolicy } from '../model/session.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { aliveSessions } from './alive-sessions.ts';
import type { Caller } from './authenticate.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  clock: Clock;
  policy: SessionPolicy;
}

/** The caller's sessions that are alive, the last seen first. @throws {DependencyUnavailable} */
export const listSessions =
  (ports: Ports) =>
  ({ user }: Pick<Caller, 'user'>): Promise<readonly Session[]> =>
    aliveSessions(ports, user);
