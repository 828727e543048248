import type { Effects, Event, Logger } from '@user-management/domain';
import type { UserStore } from '../open-store.ts';
import { override } from '../override.ts';

type Repositories = Pick<UserStore, 'users' | 'sessions' | 'events' | 'outbox'>;

/**
 * Decorates the repositories: each event is also a line in the log, once its change is acknowledged. So the
 * log of the cluster has the audit trail, too.
 */
export function audited({ users, sessions, events, outbox }: Repositories, logger: Logger): Repositories {
  const tell = (effects: Effects | undefined) => {
    for (const event of effects?.events ?? []) logger.info(lineOf(event), `Audit: ${event.type}`);
  };
  return {
    users: override(users, {
      add: async (user, effects) => {
        await users.add(user, effects);
        tell(effects);
      },
      addAll: async (additions) => {
        const added = await users.addAll(additions);
        for (const [n, { effects }] of additions.entries()) if (added[n]) tell(effects);
        return added;
      },
      update: async (id, change, effects, known) => {
        const watched = watch(change);
        const user = await users.update(id, watched.change, effects, known);
        if (watched.changed()) tell(effects);
        return user;
      },
    }),
    sessions: override(sessions, {
      add: async (session, effects) => {
        await sessions.add(session, effects);
        tell(effects);
      },
      update: async (id, change, effects, known) => {
        const watched = watch(change);
        const session = await sessions.update(id, watched.change, effects, known);
        if (watched.changed()) tell(effects);
        return session;
      },
    }),
    outbox: override(outbox, {
      remove: async (mail, effects) => {
        const removed = await outbox.remove(mail, effects);
        if (removed) tell(effects);
        return removed;
      },
    }),
    events: override(events, {
      append: async (event, webhooks) => {
        await events.append(event, webhooks);
        tell({ events: [event] });
      },
    }),
  };
}

/** Tells whether the last run of a change, the one that counted, changed anything. */
function watch<T>(change: (value: T) => T) {
  let changed = false;
  return {
    changed: () => changed,
    change: (value: T): T => {
      const result = change(value);
      changed = result !== value;
      return result;
    },
  };
}

const lineOf = ({ id, type, userId, sessionId, actor, ip, userAgent, deviceId }: Event) => ({
  audit: true,
  event: type,
  event_id: id,
  user_id: userId,
  session_id: sessionId,
  actor,
  ip,
  user_agent: userAgent,
  device_id: deviceId,
});
