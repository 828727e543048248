import {
  type Clock,
  Damaged,
  NO_REVOCATIONS,
  parseTimestamp,
  revokeAll,
  revokeOthers,
  type Session,
  type SessionId,
  type SessionRepository,
  type Timestamp,
  type UserId,
  withEnd,
} from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import type { RecordingLogger } from '../fakes/recording-logger.ts';
import { fresh, required } from './fresh.ts';
import { aDifficultSession, aSession, aSessionId, aUserId } from '../fakes/samples.ts';

export interface SessionRepositoryUnderTest {
  readonly repository: SessionRepository;
  /** A second one over the same data, as another replica has; where there can be none, the first is used. */
  readonly replica?: SessionRepository;
  /** What time the store takes it to be. */
  readonly clock: Clock;
  /** Needed where `durable`: ends the repository without a farewell and opens its data anew. */
  reopen?(): Promise<SessionRepository>;
  /** Needed where `durable`: damages what is stored of the session, so that it cannot be read. */
  damage?(id: SessionId): Promise<unknown>;
  /** Needed where `durable`: what the repository has logged. */
  readonly logger?: RecordingLogger;
  dispose?(): Promise<void> | void;
}

export interface SessionRepositoryTraits {
  /** Whether what was acknowledged outlives the process. */
  readonly durable: boolean;
}

/** What every `SessionRepository` must do. `create` is called once for each test. */
export function describeSessionRepository(
  name: string,
  create: () => SessionRepositoryUnderTest | Promise<SessionRepositoryUnderTest>,
  traits: SessionRepositoryTraits,
): void {
  describe(`${name} is a SessionRepository`, () => {
    const world = fresh(create);
    describe('adding and finding', () => adding(world));
    describe('updating', () => updating(world));
    describe('listing', () => listing(world));
    describe('removing', () => removing(world));
    describe('pruning', () => pruning(world));
    if (traits.durable) describe('durability', () => durability(world));
    if (traits.durable) describe('damage', () => damage(world));
  });
}

type World = () => SessionRepositoryUnderTest;

function both(world: World) {
  const { repository, replica = repository, clock } = world();
  return { repository, replica, now: clock.now() };
}

const after = (now: Timestamp, seconds: number): Timestamp => parseTimestamp(now + seconds * 1000);

const seen = (session: Session): Session => ({
  ...session,
  lastSeenAt: after(session.lastSeenAt, 60),
  version: session.version + 1,
});

const idsOf = (sessions: readonly Session[]): readonly SessionId[] => sessions.map(({ id }) => id);

function adding(world: World): void {
  it('finds an added session at once, through every replica', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    expect(await replica.has(session.userId, session.id)).toBe(false);
    await repository.add(session);
    expect(await replica.has(session.userId, session.id)).toBe(true);
    expect(await replica.has(aUserId(), session.id)).toBe(false);
    expect(await repository.find(session.id)).toEqual(session);
    expect(await replica.find(session.id)).toEqual(session);
  });

  it('gives back every member exactly as it was added', async () => {
    const { repository, replica, now } = both(world);
    const sessions = [aDifficultSession(now), aSession(now, { refresh: null })];
    for (const session of sessions) await repository.add(session);
    expect(await Promise.all(sessions.map(({ id }) => replica.find(id)))).toEqual(sessions);
  });

  it('does not know a session that was never added', async () => {
    expect(await world().repository.find(aSessionId())).toBeUndefined();
  });
}

function updating(world: World): void {
  it('stores and gives the changed session, and every replica sees it', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    expect(await repository.update(session.id, seen)).toEqual(seen(session));
    expect(await replica.find(session.id)).toEqual(seen(session));
  });

  it('gives back every member exactly as it was updated', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const changed = { ...aDifficultSession(now), id: session.id, userId: session.userId, version: 2 };
    expect(await repository.update(session.id, () => changed)).toEqual(changed);
    expect(await replica.find(session.id)).toEqual(changed);
  });

  it('lets twenty concurrent updates all survive', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const updates = Array.from({ length: 20 }, (_, n) =>
      (n % 2 ? repository : replica).update(session.id, seen),
    );
    await Promise.all(updates);
    expect(await replica.find(session.id)).toMatchObject({ version: 21, lastSeenAt: after(now, 20 * 60) });
  });

  it('lets one of twenty concurrent changes of the same version win', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const updates = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 ? repository : replica).update(session.id, (current) =>
          current.version === 1 ? { ...current, epoch: n, version: 2 } : current,
        ),
      ),
    );
    expect(new Set(updates.map((updated) => updated?.epoch)).size).toBe(1);
  });

  it('writes nothing when the change gives back its argument', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    expect(await repository.update(session.id, (current) => current)).toEqual(session);
    expect(await replica.find(session.id)).toEqual(session);
  });

  it('writes nothing when the change throws, and throws on what it threw', async () => {
    const { repository, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const error = new Error('no');
    const refuse = (): Session => {
      throw error;
    };
    await expect(repository.update(session.id, refuse)).rejects.toBe(error);
    expect(await repository.find(session.id)).toEqual(session);
  });

  it('saves a reading with what the caller knows, and changes what is stored if that is stale', async () => {
    const { repository, replica, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const update = (known: Session) => repository.update(session.id, seen, undefined, known);
    const once = await update(session);
    expect(once).toEqual(seen(session));
    expect(await replica.update(session.id, seen)).toEqual(seen(once ?? session));
    for (const stale of [session, once ?? session]) await update(stale);
    expect(await replica.find(session.id)).toMatchObject({ version: 5 });
  });

  it('asks for a change of what is stored when the caller knows nothing to change', async () => {
    const { repository, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const newer = await repository.update(session.id, seen);
    const unless = (current: Session) => (current.version === 1 ? current : seen(current));
    expect(await repository.update(session.id, unless, undefined, session)).toEqual(seen(newer ?? session));
    const same = (current: Session) => current;
    expect(await repository.update(session.id, same, undefined, session)).toMatchObject({ version: 3 });
  });

  it('does not know an absent session, and does not make one', async () => {
    const { repository, now } = both(world);
    const id = aSessionId();
    expect(await repository.update(id, seen)).toBeUndefined();
    expect(await repository.update(id, seen, undefined, { ...aSession(now), id })).toBeUndefined();
    expect(await repository.find(id)).toBeUndefined();
  });
}

function listing(world: World): void {
  const user = (id: UserId) => ({ id, revocations: NO_REVOCATIONS });

  it('lists the sessions of a user, the last seen first, and no more than asked for', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const sessions = [1, 3, 2].map((minute) =>
      aSession(now, { userId, lastSeenAt: after(now, minute * 60) }),
    );
    for (const session of [...sessions, aSession(now)]) await repository.add(session);
    const [first, last, middle] = sessions;
    expect(await replica.alive(user(userId), now, 10)).toEqual([last, middle, first]);
    expect(await replica.alive(user(userId), now, 2)).toEqual([last, middle]);
    expect(await replica.alive(user(userId), now, 2, 1)).toEqual([middle, first]);
    expect(await replica.alive(user(userId), now, 2, 3)).toEqual([]);
    expect(await replica.alive(user(aUserId()), now, 10)).toEqual([]);
  });

  it('follows a session that is seen again', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const [one, other] = [aSession(now, { userId }), aSession(now, { userId, lastSeenAt: after(now, 30) })];
    for (const session of [one, other]) await repository.add(session);
    await repository.update(one.id, seen);
    expect(idsOf(await replica.alive(user(userId), now, 10))).toEqual([one.id, other.id]);
    expect(idsOf(await replica.alive(user(userId), now, 1))).toEqual([one.id]);
  });

  it('leaves out what ended, and what expires now', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const ended = aSession(now, { userId });
    const expiring = aSession(now, { userId, expiresAt: after(now, 60) });
    const alive = aSession(now, { userId });
    for (const session of [ended, expiring, alive]) await repository.add(session);
    await repository.update(ended.id, (session) => withEnd(session, now));
    const left = await replica.alive(user(userId), after(now, 60), 10);
    expect(idsOf(left)).toEqual([alive.id]);
    expect(idsOf(await replica.alive(user(userId), after(now, 59), 10))).toContain(expiring.id);
  });

  it('leaves out sessions of another epoch, except the one that was kept', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const [old, kept] = [aSession(now, { userId }), aSession(now, { userId })];
    const current = aSession(now, { userId, epoch: 1 });
    for (const session of [old, kept, current]) await repository.add(session);
    const list = async (revocations: typeof NO_REVOCATIONS) =>
      idsOf(await replica.alive({ id: userId, revocations }, now, 10)).toSorted();
    expect(await list(NO_REVOCATIONS)).toEqual([old.id, kept.id]);
    expect(await list(revokeAll(NO_REVOCATIONS))).toEqual([current.id]);
    expect(await list(revokeOthers(NO_REVOCATIONS, kept.id))).toEqual([kept.id, current.id]);
  });
}

function removing(world: World): void {
  it('removes all sessions of a user in steps, returns each once, and leaves others alone', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const sessions = Array.from({ length: 5 }, (_, epoch) => aSession(now, { userId, epoch }));
    const other = aSession(now);
    for (const session of [...sessions, other]) await repository.add(session);
    await repository.update(idsOf(sessions)[0] ?? other.id, (session) => withEnd(session, now));
    const removed: Session[] = [];
    for (;;) {
      const step = await repository.removeOf(userId, 2);
      expect(step.length).toBeLessThanOrEqual(2);
      if (step.length === 0) break;
      removed.push(...step);
    }
    expect(idsOf(removed).toSorted()).toEqual(idsOf(sessions));
    for (const { id } of sessions) expect(await replica.find(id)).toBeUndefined();
    expect(await replica.find(other.id)).toEqual(other);
  });

  it('shows what it removes to the caller first, as it is when it is removed', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const sessions = [aSession(now, { userId }), aSession(now, { userId })];
    for (const session of sessions) await repository.add(session);
    const [changing] = idsOf(sessions);
    const shown: (readonly Session[])[] = [];
    const before = async (some: readonly Session[]) => {
      shown.push(some);
      for (const { id } of some) expect(await replica.find(id)).toBeDefined();
      if (shown.length === 1 && changing) await replica.update(changing, seen);
    };
    const removed: Session[] = [];
    for (;;) {
      const step = await repository.removeOf(userId, 10, before);
      if (step.length === 0) break;
      removed.push(...step);
    }
    expect(idsOf(removed).toSorted()).toEqual(idsOf(sessions));
    for (const session of removed) expect(shown.flat()).toContainEqual(session);
    expect(removed).toContainEqual(expect.objectContaining({ id: changing, version: 2 }));
  });

  it('removes nothing when the caller fails first', async () => {
    const { repository, now } = both(world);
    const session = aSession(now);
    await repository.add(session);
    const error = new Error('no');
    await expect(repository.removeOf(session.userId, 10, () => Promise.reject(error))).rejects.toBe(error);
    expect(await repository.find(session.id)).toEqual(session);
  });

  it('lets an update that races with the removal leave nothing behind', async () => {
    const { repository, replica, now } = both(world);
    for (let n = 0; n < 10; n++) {
      const session = aSession(now);
      await repository.add(session);
      await Promise.all([replica.update(session.id, seen), repository.removeOf(session.userId, 10)]);
      expect(await replica.find(session.id)).toBeUndefined();
      expect(await replica.removeOf(session.userId, 10)).toEqual([]);
    }
  });
}

function pruning(world: World): void {
  it('removes what was over before that time, and nothing else', async () => {
    const { repository, replica, now } = both(world);
    const alive = aSession(now);
    const ended = aSession(now);
    const expiring = aSession(now, { expiresAt: after(now, 60) });
    for (const session of [alive, ended, expiring]) await repository.add(session);
    await repository.update(ended.id, (session) => withEnd(session, after(now, 60)));

    await repository.prune(after(now, 60), 100);
    expect(await replica.find(ended.id)).toBeDefined();
    expect(await replica.find(expiring.id)).toEqual(expiring);

    await repository.prune(after(now, 61), 100);
    expect(await replica.find(ended.id)).toBeUndefined();
    expect(await replica.find(expiring.id)).toBeUndefined();
    expect(await replica.find(alive.id)).toEqual(alive);
    expect(idsOf(await replica.removeOf(alive.userId, 10))).toEqual([alive.id]);
  });

  it('removes no more than asked for, and says how many, over replicas too', async () => {
    const { repository, replica, now } = both(world);
    const sessions = Array.from({ length: 5 }, () => aSession(now, { expiresAt: after(now, 1) }));
    for (const session of sessions) await repository.add(session);
    expect(await repository.prune(after(now, 2), 2)).toBe(2);
    const counts = await Promise.all([
      repository.prune(after(now, 2), 100),
      replica.prune(after(now, 2), 100),
    ]);
    expect(counts[0] + counts[1]).toBe(3);
    for (const { id } of sessions) expect(await replica.find(id)).toBeUndefined();
  });
}

function durability(world: World): void {
  it('has everything that was acknowledged when it is opened again', async () => {
    const { repository, now } = both(world);
    const sessions = [aDifficultSession(now), ...Array.from({ length: 20 }, () => aSession(now))];
    await Promise.all(sessions.map((session) => repository.add(session)));
    await Promise.all(sessions.slice(1).map(({ id }) => repository.update(id, seen)));
    const again = await required(world().reopen?.bind(world()), 'reopen, since it is durable')();
    const [difficult, ...others] = sessions;
    expect(await Promise.all(sessions.map(({ id }) => again.find(id)))).toEqual([
      difficult,
      ...others.map(seen),
    ]);
  });
}

function damage(world: World): void {
  const addDamaged = async (members: Partial<Session> = {}) => {
    const { repository, now } = both(world);
    const session = aSession(now, members);
    await repository.add(session);
    await required(world().damage?.bind(world()), 'damage, since it is durable')(session.id);
    await expect(repository.find(session.id)).rejects.toThrow();
    return session;
  };

  it('keeps no user from being deleted: the removal shows what it can read, and removes all', async () => {
    const { repository, replica, now } = both(world);
    const userId = aUserId();
    const good = aSession(now, { userId });
    const damaged = [await addDamaged({ userId }), await addDamaged({ userId })];
    await repository.add(good);
    const shown: (readonly Session[])[] = [];
    const before = (some: readonly Session[]) => {
      shown.push(some);
      return Promise.resolve();
    };
    const removed = [];
    for (let step: readonly Session[] = [good]; step.length > 0; removed.push(...step)) {
      step = await repository.removeOf(userId, 1, before);
    }
    expect(removed).toEqual([good]);
    expect(shown.flat()).toEqual([good]);
    for (const { id } of [good, ...damaged]) expect(await replica.find(id)).toBeUndefined();
  });

  it('keeps nothing when no session of the user can be read', async () => {
    const { repository, replica } = both(world);
    const { id, userId } = await addDamaged();
    expect(await repository.removeOf(userId, 10)).toEqual([]);
    expect(await replica.find(id)).toBeUndefined();
  });

  it('is still known to be of its user, and of nobody else', async () => {
    const { replica } = both(world);
    const { id, userId } = await addDamaged();
    expect(await replica.has(userId, id)).toBe(true);
    expect(await replica.has(aUserId(), id)).toBe(false);
    expect(await replica.has(userId, aSessionId())).toBe(false);
  });

  it('is told apart from absence, and is not believed', async () => {
    const { replica } = both(world);
    const { id } = await addDamaged();
    await expect(replica.find(id)).rejects.toThrow(Damaged);
    await expect(replica.update(id, seen)).rejects.toThrow(Damaged);
  });

  it('hides no other session of the user from a list, and is reported', async () => {
    const { repository, now } = both(world);
    const userId = aUserId();
    const seenAt = (seconds: number) => ({ userId, lastSeenAt: after(now, seconds) });
    const [first, last] = [aSession(now, seenAt(3)), aSession(now, seenAt(1))];
    await repository.add(first);
    const { id } = await addDamaged(seenAt(2));
    await repository.add(last);
    const user = { id: userId, revocations: NO_REVOCATIONS };
    expect(await repository.alive(user, now, 10)).toEqual([first, last]);
    expect(await repository.alive(user, now, 10, 3)).toEqual([]);
    const { lines } = required(world().logger, 'a logger, since it is durable');
    const errors = lines.filter(({ level }) => level === 'error').map(({ details }) => details);
    expect(errors.map((details) => String((details as { err: Error }).err)).join()).toContain(id);
  });

  it('keeps the session from no pruning, and so no other one', async () => {
    const { repository, replica, now } = both(world);
    const expiresAt = after(now, 1);
    const { id } = await addDamaged({ expiresAt });
    const other = aSession(now, { expiresAt });
    await repository.add(other);
    expect(await repository.prune(after(now, 2), 10)).toBe(2);
    for (const gone of [id, other.id]) expect(await replica.find(gone)).toBeUndefined();
  });
}
