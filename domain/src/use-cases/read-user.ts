import { UserNotFound } from '../model/errors.ts';
import type { UserRepository } from '../ports/user-repository.ts';
import type { User, UserId } from '../model/user.ts';

/** @throws {UserNotFound | DependencyUnavailable} */
export const readUser =
  ({ users }: { users: UserRepository }) =>
  async (id: UserId): Promise<User> => {
    const user = await users.findById(id);
    if (!user) throw new UserNotFound();
    return user;
  };
