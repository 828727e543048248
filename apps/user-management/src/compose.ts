import 'reflect-metadata';
import { Argon2Hasher } from '@user-management/argon2';
import { RandomIdentifiers } from '@user-management/crypto';
import {
  authenticate,
  CachedUsers,
  type Identifiers,
  issueToken,
  type Logger,
  logIn,
  logOut,
  mergePreferences,
  parseTimestamp,
  readUser,
  registerUser,
  replacePreferences,
  StandbyTokenStore,
  StandbyUserCache,
  type UserRepository,
} from '@user-management/domain';
import { MemoryTokenStore, MemoryUserCache } from '@user-management/memory';
import type { Metrics } from '@user-management/prometheus';
import { type Redis, RedisTokenStore, RedisUserCache } from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { counted } from './counted.ts';
import * as T from './tokens.ts';

/** What is connected before anything is composed: factories are synchronous, connections are not. */
export interface Connections {
  readonly redis: Redis;
  readonly store: UserRepository;
}

interface Parts extends Connections {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** How many users and tokens development keeps in memory while it has no Redis. */
const STANDBY_ENTRIES = 10_000;

/** The composition root: which adapter stands behind which port, and what each use case is given. */
export function compose({ settings, redis, store, metrics, logger }: Parts): DependencyContainer {
  const app = container.createChildContainer();
  const provide = <T>(token: T.Token<T>, create: (c: DependencyContainer) => T) => {
    app.register(token, { useFactory: instanceCachingFactory(create) });
  };
  const development = settings.appEnv === 'development';
  const clock = { now: () => parseTimestamp(Date.now()) };

  provide(T.CLOCK, () => clock);
  provide(T.IDENTIFIERS, (): Identifiers => new RandomIdentifiers());
  provide(T.HASHER, () => new Argon2Hasher({ ...settings.argon2, observer: metrics }));

  provide(T.TOKENS, () => {
    const tokens = new RedisTokenStore(redis, { clock, observer: metrics, logger });
    if (!development) return tokens;
    return new StandbyTokenStore(tokens, new MemoryTokenStore({ clock, maxEntries: STANDBY_ENTRIES }));
  });
  provide(T.USER_CACHE, () => {
    const { dataset } = store;
    const cache = new RedisUserCache(redis, { dataset, ttl: settings.cacheTtl, observer: metrics, logger });
    if (!development) return cache;
    const standby = new MemoryUserCache({ clock, ttl: settings.cacheTtl, maxEntries: STANDBY_ENTRIES });
    return new StandbyUserCache(cache, standby);
  });
  provide(T.USERS, (c) => new CachedUsers(store, c.resolve(T.USER_CACHE)));

  provide(T.ISSUE_TOKEN, (c) =>
    issueToken({
      tokens: c.resolve(T.TOKENS),
      identifiers: c.resolve(T.IDENTIFIERS),
      clock,
      tokenTtl: settings.authTokenTtl,
    }),
  );
  provide(T.REGISTER_USER, (c) =>
    counted(
      registerUser({
        users: c.resolve(T.USERS),
        hasher: c.resolve(T.HASHER),
        identifiers: c.resolve(T.IDENTIFIERS),
        clock,
        issueToken: c.resolve(T.ISSUE_TOKEN),
      }),
      (outcome) => {
        metrics.registration(outcome);
      },
    ),
  );
  provide(T.LOG_IN, (c) =>
    counted(
      logIn({
        users: c.resolve(T.USERS),
        hasher: c.resolve(T.HASHER),
        clock,
        issueToken: c.resolve(T.ISSUE_TOKEN),
      }),
      (outcome) => {
        metrics.login(outcome);
      },
    ),
  );
  provide(T.LOG_OUT, (c) => logOut({ tokens: c.resolve(T.TOKENS) }));
  provide(T.AUTHENTICATE, (c) => authenticate({ tokens: c.resolve(T.TOKENS), clock }));
  provide(T.READ_USER, (c) => readUser({ users: c.resolve(T.USERS) }));
  provide(T.REPLACE_PREFERENCES, (c) => replacePreferences({ users: c.resolve(T.USERS), clock }));
  provide(T.MERGE_PREFERENCES, (c) => mergePreferences({ users: c.resolve(T.USERS), clock }));
  return app;
}
