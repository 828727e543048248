import type { InspectedUser, User, UserPage } from '@user-management/domain';
import { type Answer, json } from './answer.ts';
import { entityTag } from './etag.ts';
import { userView } from './views.ts';

/** What operators see of a user. */
export const adminUserView = (user: User) => ({ ...userView(user), metadata: user.metadata });

export const adminUserAnswer = (status: 200 | 201, user: User): Answer =>
  json(status, adminUserView(user), {
    ETag: entityTag(user.version),
    ...(status === 201 && { Location: `/v1/admin/users/${user.id}` }),
  });

/** The tag is that of the user. The number of sessions may change without a new version. */
export const inspectedAnswer = ({ user, sessionCount }: InspectedUser): Answer =>
  json(200, { ...adminUserView(user), session_count: sessionCount }, { ETag: entityTag(user.version) });

export const userListAnswer = ({ users, next }: UserPage): Answer =>
  json(200, { users: users.map(adminUserView), next_cursor: next });

/** What an import takes. */
export const importView = (user: User) => ({
  email: user.email,
  email_verified: user.emailVerifiedAt !== null,
  password_hash: user.passwordHash,
  device_id: user.deviceId,
  phone: user.phone,
  name: user.name,
  status: user.status,
  preferences: user.preferences,
  metadata: user.metadata,
});
