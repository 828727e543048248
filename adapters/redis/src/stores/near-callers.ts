import type { AuthTokenRecord, Digest, NearCaller, NearCallers, User } from '@user-management/domain';
import type { RedisObserver } from '../connection/options.ts';
import { keys } from '../keys.ts';
import type { Redis } from '../topology/redis.ts';
import { onBehalfOf, type Runner } from './on-behalf-of.ts';

/** Takes what `RedisTokenStore` and `RedisUserCache` have read and the connection still keeps. */
export class RedisNearCallers implements NearCallers {
  readonly #redis: Runner;
  readonly #observer: RedisObserver;

  constructor(redis: Redis, observer: RedisObserver) {
    this.#redis = onBehalfOf('token store', redis);
    this.#observer = observer;
  }

  async find(token: Digest): Promise<NearCaller | undefined> {
    const key = keys.token(token);
    const caller = await this.#redis.run(key, (session) => session.readNear(key, callerOf));
    if (caller) {
      this.#observer.lookup('token', 'hit');
      this.#observer.lookup('user', 'hit');
    }
    return caller;
  }
}

/** Each key is read by one store only, which decides the type of its value. */
function callerOf(token: unknown, near: (key: string) => unknown): NearCaller | undefined {
  const record = token as AuthTokenRecord;
  const user = near(keys.user(record.userId)) as User | undefined;
  return user && { record, user };
}
