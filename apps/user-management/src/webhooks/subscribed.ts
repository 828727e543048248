import { type Effects, type Endpoint, webhooksOf } from '@user-management/domain';
import type { UserStore } from '../open-store.ts';
import { override } from '../override.ts';

type Repositories = Pick<UserStore, 'users' | 'sessions' | 'events' | 'outbox'>;

/** Decorates the repositories: each event is also a webhook for each endpoint that wants it. */
export function subscribed(
  { users, sessions, events, outbox }: Repositories,
  endpoints: () => readonly Endpoint[],
): Repositories {
  const withWebhooks = (effects?: Effects): Effects | undefined =>
    effects && { ...effects, webhooks: webhooksOf(endpoints(), effects.events) };
  return {
    users: override(users, {
      add: (user, effects) => users.add(user, withWebhooks(effects)),
      addAll: (additions) =>
        users.addAll(additions.map(({ user, effects }) => ({ user, effects: withWebhooks(effects) }))),
      update: (id, change, effects, known) => users.update(id, change, withWebhooks(effects), known),
    }),
    sessions: override(sessions, {
      add: (session, effects) => sessions.add(session, withWebhooks(effects)),
      update: (id, change, effects, known) => sessions.update(id, change, withWebhooks(effects), known),
    }),
    outbox: override(outbox, {
      remove: (mail, effects) => outbox.remove(mail, withWebhooks(effects)),
    }),
    events: override(events, {
      append: (event) => events.append(event, webhooksOf(endpoints(), [event])),
    }),
  };
}
