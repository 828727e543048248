import { type IssuedToken, type Timestamp, toRfc3339, type User } from '@user-management/domain';
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
const userView = (user: User) => ({
  user_id: user.id,
  email: user.email,
  phone: user.phone,
  name: user.name,
  device_id: user.deviceId,
  created_at: toRfc3339(user.createdAt),
  updated_at: toRfc3339(user.updatedAt),
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

const authView = ({ token, expiresIn }: IssuedToken) => ({ token, expires_in: expiresIn });

export const registeredAnswer = ({ user, auth }: { user: User; auth: IssuedToken }): Answer =>
  json(
    201,
    {
      user_id: user.id,
      status: 'created',
      auth: authView(auth),
      email: user.email,
      phone: user.phone,
      name: user.name,
      device_id: user.deviceId,
      created_at: toRfc3339(user.createdAt),
    },
    { Location: `/v1/users/${user.id}` },
  );

export const loggedInAnswer = ({ user, auth }: { user: User; auth: IssuedToken }): Answer =>
  json(200, {
    user_id: user.id,
    status: 'authenticated',
    auth: authView(auth),
    email: user.email,
    device_id: user.deviceId,
    last_login: instant(user.lastLogin),
  });
