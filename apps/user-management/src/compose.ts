import 'reflect-metadata';
import { Argon2Hasher } from '@user-management/argon2';
import { NodeSecrets, RandomIdentifiers } from '@user-management/crypto';
import {
  CachedUsers,
  createUseCases,
  type Identifiers,
  type Logger,
  type Mailer,
  NOBODY_NEAR,
  type RateLimiter,
  type Secret,
  type Secrets,
  type ServiceTokens,
  StandbyKnownDevices,
  StandbyRateLimiter,
  StandbyTokenStore,
  StandbyUserCache,
  type UseCases,
  type WebhookSender,
} from '@user-management/domain';
import {
  MemoryKnownDevices,
  MemoryRateLimiter,
  MemoryServiceTokens,
  MemoryTokenStore,
  MemoryUserCache,
} from '@user-management/memory';
import { EmbeddedCommonPasswords, noBreachedPasswords, PasswordRangeApi } from '@user-management/passwords';
import type { Metrics } from '@user-management/prometheus';
import {
  type Redis,
  RedisKnownDevices,
  RedisNearCallers,
  RedisRateLimiter,
  RedisTokenStore,
  RedisUserCache,
} from '@user-management/redis';
import type { Settings } from '@user-management/settings';
import { container, type DependencyContainer, instanceCachingFactory } from 'tsyringe';
import { counted } from './counted.ts';
import { countedChallenges, countedLimiter } from './counted-limits.ts';
import { audited } from './log/audited.ts';
import type { UserStore } from './open-store.ts';
import { systemClock } from './system-clock.ts';
import { subscribed } from './webhooks/subscribed.ts';
import * as T from './tokens.ts';

/** What the service needs to send mails. */
interface Mailing {
  readonly mailer: Mailer;
  readonly secretKey: Secret;
}

/** The parts that must be connected before the composition, because factories are synchronous. */
interface Parts {
  /** Missing without a list. Then no other service may call. */
  readonly serviceTokens: ServiceTokens | undefined;
  /** Missing without a list of endpoints. Then nobody gets events. */
  readonly webhookSender: WebhookSender | undefined;
  readonly redis: Redis;
  readonly store: Omit<UserStore, 'close'>;
  readonly settings: Settings;
  /** Missing in production without a relay. */
  readonly mailing: Mailing | undefined;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** The limit of users, and of tokens, that development keeps in memory while Redis is unavailable. */
const STANDBY_ENTRIES = 10_000;

/** What requests need. The listener counts requests before it calls a use case. */
interface Composition {
  readonly useCases: UseCases;
  readonly limiter: RateLimiter;
}

/** The composition root: it selects the adapter of each port, and returns the use cases. */
export function compose(parts: Parts): Composition {
  const { settings, mailing, serviceTokens, webhookSender, redis, store, metrics, logger } = parts;
  const app = container.createChildContainer();
  const provide = <T>(token: T.Token<T>, create: (c: DependencyContainer) => T) => {
    app.register(token, { useFactory: instanceCachingFactory(create) });
  };
  const development = settings.appEnv === 'development';
  const clock = systemClock;
  const told = webhookSender ? subscribed(store, () => webhookSender.endpoints) : store;
  const stored = audited(told, logger);

  provide(T.SECRETS, (): Secrets => new NodeSecrets());
  provide(T.IDENTIFIERS, (): Identifiers => new RandomIdentifiers());
  provide(T.HASHER, () => new Argon2Hasher({ ...settings.argon2, observer: metrics }));

  provide(T.COMMON_PASSWORDS, () => new EmbeddedCommonPasswords());
  provide(T.BREACHED_PASSWORDS, () => {
    const { breachedUrl } = settings.passwords;
    if (breachedUrl === undefined) return noBreachedPasswords;
    return new PasswordRangeApi({ url: breachedUrl, observer: metrics, logger });
  });

  provide(T.TOKENS, () => {
    const tokens = new RedisTokenStore(redis, { clock, observer: metrics, logger });
    if (!development) return tokens;
    return new StandbyTokenStore(tokens, new MemoryTokenStore({ clock, maxEntries: STANDBY_ENTRIES }));
  });
  provide(T.USER_CACHE, () => {
    const { dataset } = store.users;
    const cache = new RedisUserCache(redis, { dataset, ttl: settings.cacheTtl, observer: metrics, logger });
    if (!development) return cache;
    const standby = new MemoryUserCache({ clock, ttl: settings.cacheTtl, maxEntries: STANDBY_ENTRIES });
    return new StandbyUserCache(cache, standby);
  });
  // What the standbys know is not in Redis.
  provide(T.NEAR_CALLERS, () => (development ? NOBODY_NEAR : new RedisNearCallers(redis, metrics)));
  provide(T.KNOWN_DEVICES, () => {
    const devices = new RedisKnownDevices(redis);
    if (!development) return devices;
    return new StandbyKnownDevices(devices, new MemoryKnownDevices({ clock, maxEntries: STANDBY_ENTRIES }));
  });
  provide(T.LIMITER, () => {
    const limiter = new RedisRateLimiter(redis);
    if (!development) return limiter;
    return new StandbyRateLimiter(limiter, new MemoryRateLimiter({ clock, maxEntries: STANDBY_ENTRIES }));
  });
  provide(T.USERS, (c) => new CachedUsers(stored.users, c.resolve(T.USER_CACHE)));

  provide(T.USE_CASES, (c) => {
    const useCases = createUseCases({
      users: c.resolve(T.USERS),
      userStore: stored.users,
      sessions: stored.sessions,
      events: stored.events,
      challenges: countedChallenges(store.challenges, metrics),
      outbox: stored.outbox,
      webhooks: store.webhooks,
      webhookSender: webhookSender ?? null,
      mailer: mailing?.mailer ?? null,
      mail: mailing ? { ...settings.mail, secretKey: mailing.secretKey } : null,
      tokens: c.resolve(T.TOKENS),
      nearCallers: c.resolve(T.NEAR_CALLERS),
      serviceTokens: serviceTokens ?? new MemoryServiceTokens(),
      knownDevices: c.resolve(T.KNOWN_DEVICES),
      limiter: countedLimiter(c.resolve(T.LIMITER), metrics),
      mailRate: { name: 'mail', ...settings.mailRate },
      hasher: c.resolve(T.HASHER),
      commonPasswords: c.resolve(T.COMMON_PASSWORDS),
      breachedPasswords: c.resolve(T.BREACHED_PASSWORDS),
      secrets: c.resolve(T.SECRETS),
      identifiers: c.resolve(T.IDENTIFIERS),
      clock,
      logger,
      policy: settings.sessions,
      auditRetentionDays: settings.auditRetentionDays,
      passwordPolicy: settings.passwords,
    });
    const logIn: UseCases['logIn'] = async (credentials, device, shown) => {
      const loggedIn = await useCases.logIn(credentials, device, shown);
      metrics.loggedIn(loggedIn.device.token === shown ? 'known' : 'new');
      return loggedIn;
    };
    return {
      ...useCases,
      registerUser: counted(useCases.registerUser, (outcome) => {
        metrics.registration(outcome);
      }),
      logIn: counted(logIn, (outcome) => {
        metrics.login(outcome);
      }),
      refreshSession: counted(useCases.refreshSession, (outcome) => {
        metrics.refresh(outcome);
      }),
    };
  });
  return { useCases: app.resolve(T.USE_CASES), limiter: app.resolve(T.LIMITER) };
}
