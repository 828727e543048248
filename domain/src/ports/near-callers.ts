import type { AuthTokenRecord } from '../model/auth-token.ts';
import type { Digest } from '../model/digest.ts';
import type { User } from '../model/user.ts';

/** A token's record and the user it belongs to, whatever their state. */
export interface NearCaller {
  readonly record: AuthTokenRecord;
  readonly user: User;
}

/** The callers whose record and user are both kept in this process. Passes `describeNearCallers`. */
export interface NearCallers {
  /**
   * Returns both as of one moment after the call: neither is older than a change that was acknowledged
   * before. `undefined` says nothing about the token, so it also stands for every failure. Then the token
   * store and the repository know.
   */
  find(token: Digest): Promise<NearCaller | undefined>;
}

/** For a process that keeps nothing. */
export const NOBODY_NEAR: NearCallers = { find: () => Promise.resolve(undefined) };
