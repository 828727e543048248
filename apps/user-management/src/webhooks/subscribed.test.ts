import {
  anEndpointId,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  nextVersion,
  TestClock,
} from '@user-management/conformance';
import type { Endpoint, Event } from '@user-management/domain';
import { createMemoryStore } from '@user-management/memory';
import { expect, it } from 'vitest';
import { audited } from '../log/audited.ts';
import { RecordingLogger } from '@user-management/conformance';
import { subscribed } from './subscribed.ts';

it('passes on what the caller knows of a record, so that a change costs no read', async () => {
  const store = createMemoryStore();
  const { users, sessions } = subscribed(store, () => []);
  const [user, session] = [aUser(), aSession(new TestClock().now())];
  const seen: unknown[] = [];
  const update = (...[, , , known]: unknown[]) => Promise.resolve(seen.push(known));
  Object.assign(store.users, { update });
  Object.assign(store.sessions, { update });
  await users.update(user.id, nextVersion, undefined, user);
  await sessions.update(session.id, (one) => one, undefined, session);
  expect(seen).toEqual([user, session]);
});

it('makes each event a webhook for each endpoint that wants it, now', async () => {
  const now = new TestClock().now();
  const [all, some] = [anEndpointId(), anEndpointId()];
  let endpoints: Endpoint[] = [
    { id: all, types: null },
    { id: some, types: ['session.ended'] },
  ];
  const store = createMemoryStore();
  // As the service composes them.
  const { users, sessions, events, outbox } = audited(
    subscribed(store, () => endpoints),
    new RecordingLogger(),
  );
  const happened: Event[] = [];
  const effects = (type: Event['type'] = 'user.updated') => {
    const event = anEvent(now, { type });
    happened.push(event);
    return { events: [event] };
  };

  const [user, session, mail] = [aUser(), aSession(now), aQueuedMail(now)];
  await users.add(user, { ...effects(), mails: [mail] });
  await users.addAll([{ user: aUser(), effects: effects() }, { user: aUser() }]);
  await users.update(user.id, nextVersion, effects());
  await sessions.add(session, effects());
  await sessions.update(session.id, (one) => ({ ...one, version: 2 }), effects('session.ended'));
  await outbox.remove(mail, effects());
  const [event] = effects().events as [Event];
  await events.append(event);
  await users.update(user.id, nextVersion);

  expect(await store.webhooks.backlog(all)).toMatchObject({ webhooks: 7 });
  expect(await store.webhooks.backlog(some)).toMatchObject({ webhooks: 1 });
  const got = await store.webhooks.take(all, now, now, 10);
  expect(new Set(got.map((delivery) => delivery.event))).toEqual(new Set(happened));

  endpoints = [];
  await users.update(user.id, nextVersion, effects());
  expect(await store.webhooks.backlog(all)).toMatchObject({ webhooks: 7 });
});
