import { PreconditionFailed } from '../model/errors.ts';
import type { User } from '../model/user.ts';

/** Whether the caller wants to change this version of the user. Without one, any version may be changed. */
export type Precondition = (version: number) => boolean;

/** @throws {PreconditionFailed} */
export function check(precondition: Precondition | undefined, user: User): void {
  if (precondition && !precondition(user.version)) throw new PreconditionFailed();
}
