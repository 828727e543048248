import {
  type AuthToken,
  authTokenOf,
  type AuthTokenRecord,
  type Device,
  type Digest,
  type Email,
  type EndpointId,
  type Event,
  type EventId,
  type Challenge,
  type MessageId,
  type QueuedMail,
  type Json,
  MOST_ENDED,
  parseDeviceId,
  parseDigest,
  parseEmail,
  parseEndpointId,
  parseEventId,
  parseMessageId,
  parseName,
  parseStoredEmail,
  parseStoredName,
  parsePasswordHash,
  parsePhone,
  parsePreferences,
  parseSealed,
  parseSecret,
  parseSessionId,
  parseTimestamp,
  parseUserId,
  type Secret,
  type Session,
  type SessionId,
  type Timestamp,
  toIpAddress,
  toUserAgent,
  type User,
  userDefaults,
  type UserId,
  withLogin,
  withPreferences,
} from '@user-management/domain';

// Several test files may share one server, so each run of this module has names of its own.
const RUN = Math.floor(Math.random() * 2 ** 48);
let made = 0;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** A new id in the form of a UUIDv7. */
export const aUserId = (): UserId => parseUserId(`usr_${hex(RUN, 12)}70008${hex(++made, 15)}`);

/** A new id in the form of a UUIDv7 of that time, and that time. */
export const registeredAt = (milliseconds: number): Pick<User, 'id' | 'createdAt'> => ({
  id: parseUserId(`usr_${hex(milliseconds, 12)}7${hex(RUN % 4096, 3)}8${hex(++made, 15)}`),
  createdAt: parseTimestamp(milliseconds),
});

/** A new id in the form of a UUIDv7, by default of one same time. Later ids sort after earlier ones. */
export const aSessionId = (time = RUN): SessionId =>
  parseSessionId(`ses_${hex(time, 12)}7${hex(RUN % 4096, 3)}8${hex(++made, 15)}`);

/** A new id in the form of a UUIDv7 of that time. For one time, later ids sort after earlier ones. */
export const anEventId = (time: Timestamp): EventId =>
  parseEventId(`evt_${hex(time, 12)}7${hex(RUN % 4096, 3)}8${hex(++made, 15)}`);

/** A new id in the form of a UUIDv7 of that time. */
export const aMessageId = (time: Timestamp): MessageId =>
  parseMessageId(`msg_${hex(time, 12)}7${hex(RUN % 4096, 3)}8${hex(++made, 15)}`);

/** A new id of an endpoint. */
export const anEndpointId = (): EndpointId =>
  parseEndpointId(`${hex(RUN, 12)}.example.com-${hex(++made, 8)}`);

/** A new digest. */
export const aDigest = (): Digest => parseDigest(`${hex(RUN, 12)}${hex(++made, 52)}`);

/** A new address. */
export const anEmail = (): Email => parseEmail(`user-${hex(RUN, 12)}-${++made}@example.com`);

/** A new user, as a registration makes it, with these `members` replaced. */
export function aUser(members: Partial<User> = {}): User {
  const registered = parseTimestamp(Date.UTC(2026, 0, 31, 9, 30, 0, 123));
  return {
    id: aUserId(),
    email: anEmail(),
    passwordHash: parsePasswordHash(
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$8Nk9BXnvXS3b9k4KI1ndDHqCKS9HQhSzJxlbMNVhuPE',
    ),
    phone: parsePhone('+4930123456'),
    name: parseName('Ada Lovelace'),
    deviceId: parseDeviceId('phone-1'),
    createdAt: registered,
    updatedAt: registered,
    lastLogin: null,
    preferences: parsePreferences({ theme: 'dark' }),
    ...userDefaults(members.createdAt ?? registered),
    version: 1,
    ...members,
  };
}

/** A user whose every member is as hard to keep exactly as the domain allows, or an older version did. */
export const aDifficultUser = (): User =>
  aUser({
    email: aLongEmail(),
    phone: null,
    name: parseStoredName('Zoë 👩‍🚀 ‮נועה "\\\' %_; DROP'),
    deviceId: parseDeviceId('дев://1?a=b&c=%00😀'),
    updatedAt: parseTimestamp(Date.UTC(9999, 11, 31, 23, 59, 59, 999)),
    preferences: parsePreferences(DIFFICULT_PREFERENCES),
    metadata: parsePreferences(DIFFICULT_PREFERENCES),
    emailVerifiedAt: parseTimestamp(1),
    status: 'disabled',
    passwordChangedAt: parseTimestamp(2),
    revocations: {
      epoch: Number.MAX_SAFE_INTEGER,
      kept: aSessionId(),
      ended: Array.from({ length: MOST_ENDED }, (_, n) => ({ id: aSessionId(), until: parseTimestamp(n) })),
    },
    idempotencyKey: aDigest(),
  });

// 64 before the @, 189 after it: together the 254 characters that an address may have.
function aLongEmail(): Email {
  const local = anEmail().replace(/@.*/, '\u200b').padEnd(64, 'ü');
  const label = 'é'.repeat(62);
  return parseStoredEmail(`${local}@${label}.${label}.${label.slice(0, 59)}.de`);
}

const DIFFICULT_PREFERENCES: Json = {
  '': 'an empty name',
  'z before a': [
    'null',
    null,
    true,
    false,
    0,
    -1.5,
    1e21,
    1e-7,
    Number.MAX_SAFE_INTEGER,
    0.1 + 0.2,
    '',
    [],
    {},
  ],
  'a.b': '$1 ${x} :name ? %s \' " \\ / < & \u0000 \u001f \u007f \u2028 \ufeff \uffff \r\n\t',
  '\u0000 in a name': '\u0000',
  '😀': 'é is not e\u0301, 𝒳 is one character',
  toString: 'not a method',
  levels: { 2: { 3: { 4: { 5: 'deep enough' } } } },
  big: Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`member ${n}`, `value ${n} ${'ö'.repeat(8)}`]),
  ),
};

/** The same user one version later. */
export const nextVersion = (user: User): User =>
  withPreferences(user, { ...user.preferences, version: user.version + 1 }, user.updatedAt);

/** A change that makes the next version, with this email. */
export const movedTo =
  (email: Email) =>
  (user: User): User => ({ ...nextVersion(user), email });

/** The same user, logged in at that time. */
export const loggedInAt = (user: User, milliseconds: number): User =>
  withLogin(user, user.deviceId, user.passwordHash, parseTimestamp(milliseconds));

/** A new token, good enough for a test. */
export const aToken = (): AuthToken => authTokenOf(aSecret());

/** A new secret, good enough for a test. */
export const aSecret = (): Secret => parseSecret(`${hex(RUN, 12)}${hex(++made, 30)}A`);

/** The record of a token that lives for an hour from `createdAt`, with these `members` replaced. */
export const aTokenRecord = (
  createdAt: Timestamp,
  members: Partial<AuthTokenRecord> = {},
): AuthTokenRecord => ({
  userId: aUserId(),
  sessionId: aSessionId(),
  epoch: 0,
  email: anEmail(),
  deviceId: parseDeviceId('phone-1'),
  expiresIn: 3600,
  createdAt,
  ...members,
});

/** A device that sends no more than its id. */
export const aDevice = (id = 'phone-1'): Device => ({
  deviceId: parseDeviceId(id),
  userAgent: null,
  ip: null,
});

/** A session as a login makes it at `createdAt`, with these `members` replaced. */
export function aSession(createdAt: Timestamp, members: Partial<Session> = {}): Session {
  const later = (seconds: number) => parseTimestamp(createdAt + seconds * 1000);
  return {
    id: aSessionId(),
    userId: aUserId(),
    epoch: 0,
    device: aDevice(),
    createdAt,
    lastSeenAt: createdAt,
    expiresAt: later(604_800),
    endedAt: null,
    token: { digest: aDigest(), expiresAt: later(3600) },
    previousToken: null,
    refresh: { family: aDigest(), current: aDigest(), predecessor: null },
    version: 1,
    ...members,
  };
}

/** A session whose every member is as hard to keep exactly as the domain allows. */
export const aDifficultSession = (createdAt: Timestamp): Session =>
  aSession(createdAt, {
    epoch: Number.MAX_SAFE_INTEGER,
    device: {
      deviceId: parseDeviceId('дев://1?a=b&c=%00😀'),
      userAgent: toUserAgent(`Mozilla/5.0 (X11; U) \\ %_ ${'x'.repeat(300)}`),
      ip: toIpAddress('2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'),
    },
    endedAt: parseTimestamp(createdAt + 1),
    previousToken: { digest: aDigest(), expiresAt: parseTimestamp(createdAt + 2) },
    refresh: {
      family: aDigest(),
      current: aDigest(),
      predecessor: { digest: aDigest(), salt: aSecret(), until: parseTimestamp(createdAt + 3) },
    },
    version: Number.MAX_SAFE_INTEGER,
  });

/** An event at that time, with these `members` replaced. */
export const anEvent = (time: Timestamp, members: Partial<Event> = {}): Event => ({
  id: anEventId(time),
  type: 'user.updated',
  time,
  userId: aUserId(),
  sessionId: null,
  actor: 'user',
  deviceId: null,
  userAgent: null,
  ip: null,
  ...members,
});

/** An event whose every member is as hard to keep exactly as the domain allows. */
export const aDifficultEvent = (time: Timestamp, members: Partial<Event> = {}): Event => {
  const { id: sessionId, device } = aDifficultSession(time);
  return anEvent(time, { type: 'session.refresh_reused', actor: 'system', sessionId, ...device, ...members });
};

/** A challenge that was issued at that time for 15 minutes, with these `members` replaced. */
export const aChallenge = (createdAt: Timestamp, members: Partial<Challenge> = {}): Challenge => ({
  id: aDigest(),
  purpose: 'password-reset',
  place: aDigest(),
  userId: aUserId(),
  email: null,
  state: aDigest(),
  application: null,
  failures: 0,
  createdAt,
  expiresAt: parseTimestamp(createdAt + 900_000),
  version: 1,
  ...members,
});

/** A challenge whose every member is as hard to keep exactly as the domain allows. */
export const aDifficultChallenge = (createdAt: Timestamp): Challenge => {
  const { email, phone, name, preferences, idempotencyKey, passwordHash } = aDifficultUser();
  const { device } = aDifficultSession(createdAt);
  const { deviceId } = device;
  return aChallenge(createdAt, {
    purpose: 'registration',
    userId: null,
    email,
    state: null,
    application: {
      registration: { email, deviceId, phone, name, preferences, idempotencyKey },
      passwordHash,
      device,
    },
    failures: 5,
    version: Number.MAX_SAFE_INTEGER,
  });
};

/** A mail that was caused at that time and is due then, with these `members` replaced. */
export const aQueuedMail = (occurredAt: Timestamp, members: Partial<QueuedMail> = {}): QueuedMail => ({
  id: aMessageId(occurredAt),
  kind: 'password-changed',
  to: anEmail(),
  userId: null,
  name: null,
  device: null,
  occurredAt,
  challenge: null,
  expiresAt: null,
  attempts: 0,
  dueAt: occurredAt,
  version: 1,
  ...members,
});

/** A mail whose every member is as hard to keep exactly as the domain allows. */
export const aDifficultMail = (occurredAt: Timestamp): QueuedMail => {
  const { email, name, id } = aDifficultUser();
  const { userAgent, ip } = aDifficultSession(occurredAt).device;
  return aQueuedMail(occurredAt, {
    kind: 'email-changed',
    to: email,
    userId: id,
    name,
    device: { userAgent, ip },
    challenge: parseSealed('_-'.padEnd(512, 'A')),
    expiresAt: parseTimestamp(occurredAt + 1),
    attempts: 7,
  });
};
