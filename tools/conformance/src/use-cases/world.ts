import {
  type Applicant,
  type Auth,
  CachedUsers,
  createUseCases,
  parsePassword,
  parseRefreshToken,
  type RefreshTokenParts,
  type SessionPolicy,
} from '@user-management/domain';
import { MemorySessions, MemoryTokenStore, MemoryUserCache, MemoryUsers } from '@user-management/memory';
import { sampleIdentifiers } from '../fakes/identifiers.ts';
import { QuickHasher } from '../fakes/quick-hasher.ts';
import { RecordingLogger } from '../fakes/recording-logger.ts';
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

/** What a client sends to refresh. */
export const refreshTokenIn = ({ refresh }: Auth): RefreshTokenParts => parseRefreshToken(refresh?.token);

/** Every use case over ports in memory, and the ports. */
export function world(policy: Partial<SessionPolicy> = {}) {
  const clock = new TestClock();
  const store = new MemoryUsers();
  const users = new CachedUsers(store, new MemoryUserCache({ clock, ttl: 60, maxEntries: 1_000 }));
  const sessions = new MemorySessions();
  const tokens = new MemoryTokenStore({ clock, maxEntries: 1_000 });
  const logger = new RecordingLogger();
  const secrets = sampleSecrets;
  const hasher = new QuickHasher();
  const ports = { users, sessions, tokens, hasher, secrets, clock, logger, identifiers: sampleIdentifiers };
  return { ...ports, store, ...createUseCases({ ...ports, policy: { ...samplePolicy, ...policy } }) };
}
