import { UserNotFound } from '../model/errors.ts';
import type { SessionPolicy } from '../model/session.ts';
import type { User } from '../model/user.ts';
import type { UserId } from '../model/user-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import { aliveSessions } from './alive-sessions.ts';

interface Ports {
  users: UserRepository;
  sessions: SessionRepository;
  clock: Clock;
  policy: SessionPolicy;
}

export interface InspectedUser {
  readonly user: User;
  /** How many sessions are alive. */
  readonly sessionCount: number;
}

/** What operators see of a user. @throws {UserNotFound | DependencyUnavailable} */
export const inspectUser =
  (ports: Ports) =>
  async (id: UserId): Promise<InspectedUser> => {
    const user = await existing(ports.users, id);
    const sessions = await aliveSessions(ports, user);
    return { user, sessionCount: sessions.length };
  };

/** A user who is being deleted is gone. @throws {UserNotFound | DependencyUnavailable} */
export async function existing(users: UserRepository, id: UserId): Promise<User> {
  const user = await users.findById(id);
  if (!user || user.status === 'deleting') throw new UserNotFound();
  return user;
}
