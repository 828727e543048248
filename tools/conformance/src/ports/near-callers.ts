import type { Clock, NearCallers, TokenStore, User, UserRepository } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { aDigest, aTokenRecord, aUser, nextVersion } from '../fakes/samples.ts';
import { fresh } from './fresh.ts';

/** The stores of one process. */
interface Process {
  readonly tokens: TokenStore;
  /** Behind the cache. */
  readonly users: UserRepository;
}

export interface NearCallersUnderTest extends Process {
  readonly nearCallers: NearCallers;
  /** Another process over the same data. */
  readonly elsewhere: Process;
  readonly clock: Clock;
  dispose?(): Promise<void> | void;
}

interface Traits {
  /** Whether the process keeps what it has read. */
  readonly keeps: boolean;
}

/** What every `NearCallers` must do. `create` is called once for each test. */
export function describeNearCallers(
  name: string,
  create: () => Promise<NearCallersUnderTest>,
  { keeps }: Traits,
): void {
  describe(`${name} is a NearCallers`, () => {
    const world = fresh(create);

    /** A user who has just logged in elsewhere, and whose token was used here. */
    async function caller() {
      const { elsewhere, clock } = world();
      const [user, token] = [aUser(), aDigest()];
      const record = aTokenRecord(clock.now(), { userId: user.id });
      await elsewhere.users.add(user);
      await elsewhere.tokens.save(token, record);
      const use = () => Promise.all([world().tokens.find(token), world().users.findById(user.id)]);
      // The first use brings the user into the cache, and the second one into the process.
      await use();
      await use();
      return { user, token, record, use };
    }

    it(keeps ? 'finds a caller whose token was used here' : 'finds nobody', async () => {
      const { user, token, record } = await caller();
      expect(await world().nearCallers.find(token)).toEqual(keeps ? { user, record } : undefined);
    });

    it('finds nobody for a token that nobody saved', async () => {
      expect(await world().nearCallers.find(aDigest())).toBeUndefined();
    });

    it('finds nobody for a token that was revoked elsewhere', async () => {
      for (let times = 0; times < 20; times++) {
        const { token } = await caller();
        await world().elsewhere.tokens.revoke(token);
        expect(await world().nearCallers.find(token)).toBeUndefined();
      }
    });

    it('finds nobody whose user was removed elsewhere', async () => {
      for (let times = 0; times < 20; times++) {
        const { token, user } = await caller();
        await world().elsewhere.users.remove(user);
        expect(await world().nearCallers.find(token)).toBeUndefined();
      }
    });

    it('never returns a user from before an acknowledged change elsewhere', async () => {
      const { nearCallers, elsewhere } = world();
      const { user, token, use } = await caller();
      const over = new AbortController();
      // It brings each version into the process, and looks at it in every moment of a change.
      const busy = (async () => {
        while (!over.signal.aborted) await Promise.all([use(), nearCallers.find(token)]);
      })();
      const stale: User[] = [];
      let current = user;
      for (let times = 0; times < 50; times++) {
        current = await elsewhere.users.update(user.id, nextVersion);
        const found = await nearCallers.find(token);
        if (found && found.user.version < current.version) stale.push(found.user);
      }
      over.abort();
      await busy;
      expect(stale).toEqual([]);
      await use();
      await use();
      expect((await nearCallers.find(token))?.user).toEqual(keeps ? current : undefined);
    });
  });
}
