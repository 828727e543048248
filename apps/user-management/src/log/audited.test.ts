import {
  aChallenge,
  anEvent,
  aQueuedMail,
  aSession,
  aUser,
  nextVersion,
  RecordingLogger,
  TestClock,
} from '@user-management/conformance';
import { createMemoryStore } from '@user-management/memory';
import { describe, expect, it } from 'vitest';
import { audited } from './audited.ts';

const now = new TestClock().now();

function world() {
  const stores = createMemoryStore();
  const logger = new RecordingLogger();
  const lines = () => logger.lines.splice(0);
  return { ...audited(stores, logger), challenges: stores.challenges, lines };
}

const effects = () => ({ events: [anEvent(now)] });

describe('audited repositories', () => {
  it('log what was stored', async () => {
    const { users, sessions, events, lines } = world();
    const [user, session] = [aUser(), aSession(now)];
    const added = effects();
    await users.add(user, added);
    expect(lines()).toEqual([
      {
        level: 'info',
        message: 'Audit: user.updated',
        details: {
          audit: true,
          event: 'user.updated',
          event_id: added.events[0]?.id,
          user_id: added.events[0]?.userId,
          session_id: null,
          actor: 'user',
          ip: null,
          user_agent: null,
          device_id: null,
        },
      },
    ]);
    await users.update(user.id, nextVersion, effects());
    await sessions.add(session, effects());
    await sessions.update(session.id, (one) => ({ ...one, version: 2 }), effects());
    await events.append(anEvent(now));
    await users.addAll([{ user: aUser(), effects: effects() }, { user: aUser() }]);
    expect(lines()).toHaveLength(5);
    expect(await events.ofUser(added.events[0]?.userId ?? user.id, 10)).toEqual(added.events);
  });

  it('log nothing that was not stored', async () => {
    const { users, sessions, lines } = world();
    const [user, session] = [aUser(), aSession(now)];
    await users.add(user);
    await sessions.add(session);
    await expect(users.add(aUser({ email: user.email }), effects())).rejects.toThrow();
    await users.addAll([{ user: aUser({ email: user.email }), effects: effects() }]);
    await users.update(user.id, (one) => one, effects());
    await sessions.update(session.id, (one) => one, effects());
    await expect(users.update(aUser().id, nextVersion, effects())).rejects.toThrow();
    await users.update(user.id, nextVersion);
    expect(lines()).toEqual([]);
    expect(users.dataset).toMatch(/^memory:/);
  });

  it('log what became of a mail, unless another replica has it', async () => {
    const { challenges, outbox, lines } = world();
    const mail = aQueuedMail(now);
    await challenges.issue(aChallenge(now), { events: [], mails: [mail] });
    expect(await outbox.remove({ ...mail, version: 7 }, effects())).toBe(false);
    expect(lines()).toEqual([]);
    expect(await outbox.remove(mail, effects())).toBe(true);
    expect(lines()).toHaveLength(1);
  });
});
