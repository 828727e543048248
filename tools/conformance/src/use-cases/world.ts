import {
  type Applicant,
  type Auth,
  type AuthToken,
  CachedUsers,
  type Client,
  createUseCases,
  parsePassword,
  parseRefreshToken,
  type Ports,
  type RefreshTokenParts,
  type SessionPolicy,
  toIpAddress,
  toUserAgent,
  NOBODY_NEAR,
} from '@user-management/domain';
import {
  createMemoryStore,
  MemoryKnownDevices,
  MemoryRateLimiter,
  MemoryServiceTokens,
  MemoryTokenStore,
  MemoryUserCache,
} from '@user-management/memory';
import { sampleIdentifiers } from '../fakes/identifiers.ts';
import { samplePasswordPorts } from '../fakes/passwords.ts';
import { QuickHasher } from '../fakes/quick-hasher.ts';
import { sampleMailRate } from '../fakes/mail-rate.ts';
import { sampleMailPolicy } from '../fakes/mail-policy.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
import { RecordingMailer } from '../fakes/recording-mailer.ts';
import { aDevice, anEmail } from '../fakes/samples.ts';
import { samplePolicy } from '../fakes/session-policy.ts';
import { sampleSecrets } from '../fakes/secrets.ts';
import { TestClock } from '../fakes/test-clock.ts';

export const password = parsePassword('correct horse');
export const phone = aDevice('phone');
export const tablet = aDevice('tablet');

export const anApplicant = (members: Partial<Applicant> = {}): Applicant => ({
  email: anEmail(),
  device: phone,
  phone: null,
  name: null,
  preferences: {},
  ...members,
});

/** Where every request comes from. */
export const client: Client = { userAgent: toUserAgent('curl/8'), ip: toIpAddress('192.0.2.1') };

/** What a client sends to refresh. */
export const refreshTokenIn = ({ refresh }: Auth): RefreshTokenParts => parseRefreshToken(refresh?.token);

/** Every use case over ports in memory, and the ports. */
export function world(policy: Partial<SessionPolicy> = {}) {
  const clock = new TestClock();
  const { users: store, ...stores } = createMemoryStore();
  const users = new CachedUsers(store, new MemoryUserCache({ clock, ttl: 60, maxEntries: 1_000 }));
  const tokens = new MemoryTokenStore({ clock, maxEntries: 1_000 });
  const logger = new RecordingLogger();
  const mailer = new RecordingMailer();
  const secrets = sampleSecrets;
  const hasher = new QuickHasher();
  const ports = {
    ...stores,
    users,
    userStore: store,
    tokens,
    nearCallers: NOBODY_NEAR,
    serviceTokens: new MemoryServiceTokens(),
    knownDevices: new MemoryKnownDevices({ clock, maxEntries: 1_000 }),
    hasher,
    secrets,
    clock,
    logger,
    identifiers: sampleIdentifiers,
    ...samplePasswordPorts(),
    auditRetentionDays: 90,
    mailer,
    mail: sampleMailPolicy,
    webhookSender: null,
    limiter: new MemoryRateLimiter({ clock, maxEntries: 1_000 }),
    mailRate: sampleMailRate,
  };
  const all = { ...ports, policy: { ...samplePolicy, ...policy } };
  const useCases = createUseCases(all);
  return {
    ...ports,
    store,
    ...useCases,
    /** The use cases with other ports. */
    createUseCases: (others: Partial<Ports>) => createUseCases({ ...all, ...others }),
    /** Sends what is due, as a replica does. */
    deliver: async () => {
      for (const mail of await useCases.takeMails(100)) await useCases.sendMail(mail);
    },
    authenticate: (token: AuthToken) => useCases.authenticate(token, client),
    refreshSession: (parts: RefreshTokenParts) => useCases.refreshSession(parts, client),
  };
}
