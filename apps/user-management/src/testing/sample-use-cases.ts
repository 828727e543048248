import {
  QuickHasher,
  sampleIdentifiers,
  sampleMailRate,
  sampleMailPolicy,
  samplePasswordPorts,
  samplePolicy,
  sampleSecrets,
} from '@user-management/conformance';
import { CachedUsers, createUseCases, NOBODY_NEAR, type Ports } from '@user-management/domain';
import {
  MemoryKnownDevices,
  MemoryRateLimiter,
  MemoryServiceTokens,
  MemoryTokenStore,
  MemoryUserCache,
} from '@user-management/memory';

type Stores = Pick<Ports, 'users' | 'sessions' | 'events' | 'challenges' | 'outbox' | 'webhooks'>;

/** The use cases of one replica over these stores. */
export function sampleUseCases(
  { clock, logger, ...stores }: Stores & Pick<Ports, 'clock' | 'logger'>,
  senders: Partial<Pick<Ports, 'mailer' | 'webhookSender'>>,
) {
  const entries = { clock, maxEntries: 100 };
  return createUseCases({
    ...stores,
    users: new CachedUsers(stores.users, new MemoryUserCache({ ...entries, ttl: 60 })),
    userStore: stores.users,
    nearCallers: NOBODY_NEAR,
    tokens: new MemoryTokenStore(entries),
    serviceTokens: new MemoryServiceTokens(),
    hasher: new QuickHasher(),
    secrets: sampleSecrets,
    identifiers: sampleIdentifiers,
    ...samplePasswordPorts(),
    clock,
    logger,
    knownDevices: new MemoryKnownDevices(entries),
    limiter: new MemoryRateLimiter(entries),
    mailRate: sampleMailRate,
    policy: samplePolicy,
    auditRetentionDays: 90,
    mailer: null,
    mail: sampleMailPolicy,
    webhookSender: null,
    ...senders,
  });
}
