import {
  type Email,
  type Ports,
  revokeAll,
  revokeOthers,
  type Session,
  type SessionId,
  Unauthenticated,
  type UseCases,
  type UserId,
  withRevocations,
} from '@user-management/domain';
import { variant } from '@user-management/conformance';
import type { Sabotage } from './replica.ts';

type Sessions = Ports['sessions'];
type Users = Ports['users'];

const onSessions = (methods: (sessions: Sessions) => Partial<Sessions>): Sabotage => ({
  ports: (ports) => ({ ...ports, sessions: variant(ports.sessions, methods(ports.sessions)) }),
});

const onUsers = (methods: (users: Users) => Partial<Users>): Sabotage => ({
  ports: (ports) => ({ ...ports, users: variant(ports.users, methods(ports.users)) }),
});

/** Writes what follows from the session as it was found before. */
function withoutCompare(sessions: Sessions): Partial<Sessions> {
  const found = new Map<SessionId, Session>();
  return {
    find: async (id) => {
      const session = await sessions.find(id);
      if (session) found.set(id, session);
      return session;
    },
    update: (id, change, effects) =>
      sessions.update(
        id,
        (current) => change({ ...current, ...found.get(id), version: current.version }),
        effects,
      ),
  };
}

/** Authenticates as if no user had ever ended several sessions at once. */
const blindToEpochs =
  ({ users, tokens, secrets }: Ports): UseCases['authenticate'] =>
  async (authToken, client) => {
    const token = secrets.digest(authToken);
    const record = await tokens.find(token);
    const user = record && (await users.findById(record.userId));
    const isEnded = user?.revocations.ended.some(({ id }) => id === record?.sessionId);
    if (user?.status !== 'active' || !record || isEnded) throw new Unauthenticated();
    return { token, record, user, client };
  };

const unconditionally =
  (users: Users): UseCases['logOutEverywhere'] =>
  async ({ user: { id }, record: { sessionId } }, keep) => {
    const kept = keep === 'this' ? sessionId : null;
    await users.update(id, (user) => {
      const { revocations } = user;
      return withRevocations(user, kept ? revokeOthers(revocations, kept) : revokeAll(revocations));
    });
  };

/** Still finds a user by an email that was changed. */
function findingByOldEmails(): Sabotage {
  // All replicas use one store.
  const old = new Map<Email, UserId>();
  return onUsers((users) => ({
    update: async (id, change, effects, known) => {
      const before = await users.findById(id);
      const user = await users.update(id, change, effects, known);
      if (before && before.email !== user.email) old.set(before.email, id);
      return user;
    },
    findByEmail: async (email, allowed) => {
      const id = old.get(email);
      return (await users.findByEmail(email, allowed)) ?? (id && users.findById(id));
    },
  }));
}

/** Each sabotage removes one part of what ends a session. The torture must find every one of them. */
export const sessionSabotages: Readonly<Record<string, Sabotage>> = {
  'ends a session and forgets its refresh token': onSessions((sessions) => ({
    update: (id, change, effects) =>
      sessions.update(
        id,
        (current) => {
          const changed = change(current);
          return changed.endedAt === null ? changed : current;
        },
        effects,
      ),
  })),
  'refreshes without comparing the refresh token': onSessions(withoutCompare),
  'does not check the epoch of a token': {
    useCases: (useCases, ports) => ({ ...useCases, authenticate: blindToEpochs(ports) }),
  },
  'does not list an ended session at its user': onUsers((users) => ({
    update: (id, change) =>
      users.update(id, (current) => {
        const changed = change(current);
        if (changed === current) return current;
        return { ...changed, revocations: { ...changed.revocations, ended: [] } };
      }),
  })),
  'deletes a user and leaves the sessions': onSessions(() => ({ removeOf: () => Promise.resolve([]) })),
  'forgets the index entry of an email that was changed': findingByOldEmails(),
  'brings back the session of a caller that has ended meanwhile': {
    useCases: (useCases, { users }) => ({ ...useCases, logOutEverywhere: unconditionally(users) }),
  },
};
