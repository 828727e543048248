import type { Email, EmailPrefix } from './email.ts';
import type { Timestamp } from './timestamp.ts';
import type { User } from './user.ts';
import type { UserId } from './user-id.ts';

/** Which users a list has. Users who are being deleted are in no list. */
export interface UserFilter {
  readonly emailPrefix?: EmailPrefix | undefined;
  readonly status?: 'active' | 'disabled' | undefined;
  readonly createdAfter?: Timestamp | undefined;
}

/** The place of a user in a list: the email in a list by prefix, or else the id. Neither has two users. */
export type UserPlace = UserId | Email;

export interface UserPage {
  readonly users: readonly User[];
  /** Users who would be between them, or whom the filter may leave out: their records cannot be read. */
  readonly damaged: readonly UserId[];
  /** The next page comes after it. `null`: this is the last page. */
  readonly next: UserPlace | null;
}

export const placeOf = ({ id, email }: Pick<User, 'id' | 'email'>, { emailPrefix }: UserFilter): UserPlace =>
  emailPrefix === undefined ? id : email;

export const isListed = (user: User, { emailPrefix, status, createdAfter }: UserFilter): boolean =>
  user.status !== 'deleting' &&
  (emailPrefix === undefined || user.email.startsWith(emailPrefix)) &&
  (status === undefined || user.status === status) &&
  (createdAfter === undefined || user.createdAt > createdAfter);
