import type { Session, SessionPolicy } from '../model/session.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { Caller } from './authenticate.ts';

interface Ports {
  sessions: SessionRepository;
  clock: Clock;
  policy: SessionPolicy;
}

/** The caller's sessions that are alive, the last seen first. @throws {DependencyUnavailable} */
export const listSessions =
  ({ sessions, clock, policy }: Ports) =>
  ({ user }: Pick<Caller, 'user'>): Promise<readonly Session[]> =>
    sessions.alive(user, clock.now(), policy.sessionsPerUser);
