import type { Digest } from '../model/digest.ts';
import type { Email } from '../model/email.ts';
import type { UserId } from '../model/user-id.ts';

/**
 * Holds the device tokens that logins were given. It never sees a token, only the digest. An account is a
 * mailbox, as `mailboxOf` names it. Every implementation passes `describeKnownDevices`.
 *
 * - After `remember` is acknowledged, every replica finds the device for `DEVICE_TOKEN_TTL` seconds. A second
 *   `remember` starts this time anew.
 * - It keeps `MOST_KNOWN_DEVICES` of an account. Beyond them, the one that was remembered first is forgotten.
 * - `find` does the same work for every account, so that its time does not tell which accounts exist.
 * - All methods throw {DependencyUnavailable} when the store cannot tell.
 */
export interface KnownDevices {
  /** @returns the user who logged in. The address may belong to another user meanwhile. */
  find(account: Email, token: Digest): Promise<UserId | undefined>;
  remember(account: Email, token: Digest, user: UserId): Promise<void>;
  /** Forgets all devices of the account. Idempotent. */
  forget(account: Email): Promise<void>;
}
