import type { AuthTokenRecord, Digest, NearCaller, NearCallers, User } from '@user-management/domain';
import type { RedisObserver } from '../connection/options.ts';
import type { Look } from '../connection/reads.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';

/** Takes what `RedisTokenStore` and `RedisUserCache` have read and the connection still keeps. */
export class RedisNearCallers implements NearCallers {
  readonly #redis: Pick<Redis, 'readNear'>;
  readonly #observer: RedisObserver;

  constructor(redis: Pick<Redis, 'readNear'>, observer: RedisObserver) {
    this.#redis = redis;
    this.#observer = observer;
  }

  find(token: Digest): Promise<NearCaller | undefined> {
    return this.#redis.readNear(keys.token(token), this.#callerOf);
  }

  /** Each key is read by one store only, which decides the type of its value. */
  readonly #callerOf: Look<NearCaller> = (token, near) => {
    const record = token as AuthTokenRecord;
    const user = near(keys.user(record.userId)) as User | undefined;
    if (!user) return undefined;
    this.#observer.lookup('token', 'hit');
    this.#observer.lookup('user', 'hit');
    return { record, user };
  };
}
