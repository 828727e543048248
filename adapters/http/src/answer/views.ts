import {
  type AccountExport,
  type EventPage,
  type Auth,
  type DevicePass,
  type Event,
  type IssuedChallenge,
  type LoggedIn,
  type Session,
  type SessionId,
  type Timestamp,
  toRfc3339,
  type User,
} from '@user-management/domain';
import { type Answer, json } from './answer.ts';
import { entityTag } from './etag.ts';

/** `User` objects are immutable, so a user from the cache is serialised only once. */
const userAnswers = new WeakMap<User, Answer>();

export function userAnswer(user: User): Answer {
  let answer = userAnswers.get(user);
  if (!answer) {
    answer = json(200, userView(user), { ETag: entityTag(user.version) });
    userAnswers.set(user, answer);
  }
  return answer;
}

/** Lists every member, so that a new member of `User` stays private until it is added here. */
export const userView = (user: User) => ({
  user_id: user.id,
  email: user.email,
  email_verified_at: instant(user.emailVerifiedAt),
  status: user.status,
  phone: user.phone,
  name: user.name,
  device_id: user.deviceId,
  created_at: toRfc3339(user.createdAt),
  updated_at: toRfc3339(user.updatedAt),
  password_changed_at: toRfc3339(user.passwordChangedAt),
  last_login: instant(user.lastLogin),
  preferences: user.preferences,
});

export const preferencesAnswer = (user: User, status?: 'preferences_saved'): Answer =>
  json(
    200,
    {
      user_id: user.id,
      ...(status && { status }),
      preferences: user.preferences,
      updated_at: toRfc3339(user.updatedAt),
    },
    { ETag: entityTag(user.version) },
  );

const instant = (timestamp: Timestamp | null): string | null =>
  timestamp === null ? null : toRfc3339(timestamp);

const authView = ({ token, expiresIn, sessionId, refresh }: Auth) => ({
  token,
  expires_in: expiresIn,
  session_id: sessionId,
  ...(refresh && { refresh_token: refresh.token, refresh_expires_in: refresh.expiresIn }),
});

const deviceView = ({ token, expiresIn }: DevicePass) => ({ device_token: token, expires_in: expiresIn });

export const authAnswer = (auth: Auth): Answer => json(200, { auth: authView(auth) });

export const challengedAnswer = ({ token, expiresIn }: IssuedChallenge): Answer =>
  json(202, { challenge: token, expires_in: expiresIn });

/** @param current the session of the request. */
export const sessionsAnswer = (sessions: readonly Session[], current: SessionId | null): Answer =>
  json(200, { sessions: sessions.map((session) => sessionView(session, current)) });

const sessionView = ({ id, device, ...session }: Session, current: SessionId | null) => ({
  session_id: id,
  current: id === current,
  device_id: device.deviceId,
  user_agent: device.userAgent,
  ip: device.ip,
  created_at: toRfc3339(session.createdAt),
  last_seen_at: toRfc3339(session.lastSeenAt),
  expires_at: toRfc3339(session.expiresAt),
});

export const eventsAnswer = ({ events, next }: EventPage): Answer =>
  json(200, { events: events.map(eventView), next_cursor: next });

/** @param current the session of the request. */
export const exportAnswer = (
  { user, sessions, activity }: AccountExport,
  current: SessionId | null,
): Answer =>
  json(
    200,
    {
      user: userView(user),
      sessions: sessions.map((session) => sessionView(session, current)),
      activity: activity.map(eventView),
    },
    { 'Content-Disposition': 'attachment; filename="account.json"' },
  );

const eventView = (event: Event) => ({
  id: event.id,
  type: event.type,
  time: toRfc3339(event.time),
  user_id: event.userId,
  session_id: event.sessionId,
  actor: event.actor,
  ip: event.ip,
  user_agent: event.userAgent,
  device_id: event.deviceId,
});

export const registeredAnswer = ({ user, auth, device }: LoggedIn): Answer =>
  json(
    201,
    {
      user_id: user.id,
      status: 'created',
      auth: authView(auth),
      device: deviceView(device),
      email: user.email,
      phone: user.phone,
      name: user.name,
      device_id: user.deviceId,
      created_at: toRfc3339(user.createdAt),
    },
    { Location: `/v1/users/${user.id}` },
  );

export const loggedInAnswer = ({ user, auth, device }: LoggedIn): Answer =>
  json(200, {
    user_id: user.id,
    status: 'authenticated',
    auth: authView(auth),
    device: deviceView(device),
    email: user.email,
    device_id: user.deviceId,
    last_login: instant(user.lastLogin),
  });
