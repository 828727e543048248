import { DependencyUnavailable, type UserCache } from '@user-management/domain';
import { fillsWithoutCompare, variant } from '@user-management/conformance';
import type { Redis, Session } from '@user-management/redis';
import type { Sabotage } from './replica.ts';

const forgivingEnd = (cache: UserCache): UserCache =>
  variant(cache, {
    endWrite: (user, lease) =>
      cache.endWrite(user, lease).catch((error: unknown) => {
        if (!(error instanceof DependencyUnavailable)) throw error;
      }),
  });

/** Each sabotage removes one part of the mechanism. The torture must find every one of them. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  'fills without comparing leases': { cache: fillsWithoutCompare },
  'acknowledges a write although the cache did not end it': { cache: forgivingEnd },
  'uses entries from before a restart': {
    redis: (redis) => onEverySession(redis, (session) => ({ ...session, term: 'any' })),
  },
  'keeps values without asking Redis for changes': {
    redis: (redis) => onEverySession(redis, withoutBarrier()),
  },
};

/** Copies the methods of a session into an object, because a spread of a class instance loses them. */
const asObject = (session: Session): Session => ({
  term: session.term,
  address: session.address,
  send: (command) => session.send(command),
  read: (key, parse) => session.read(key, parse),
});

const onEverySession = (redis: Redis, change: (session: Session) => Session): Redis => ({
  state: redis.state,
  connect: () => redis.connect(),
  run: (key, task) => redis.run(key, (session) => task(change(asObject(session)))),
  readNear: (key, look) => redis.readNear(key, look),
  each: (task) => redis.each((session) => task(change(asObject(session)))),
  forget: () => redis.forget(),
  close: () => redis.close(),
});

/** Returns a kept value at once, and replaces it when Redis answers. */
function withoutBarrier(): (session: Session) => Session {
  const near = new Map<string, unknown>();
  return (session) => ({
    ...session,
    read: async (key, parse) => {
      const current = session.read(key, parse).then((value) => {
        near.set(key, value);
        return value;
      });
      const kept = near.get(key) as Awaited<typeof current>;
      if (kept === undefined) return current;
      current.catch(() => near.delete(key));
      return kept;
    },
  });
}
