import type { AuthToken } from '../model/auth-token.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user.ts';

/** Makes names that nobody has used and, for tokens, nobody can guess: 256 bits from a cryptographic source. */
export interface Identifiers {
  /** Ids made later sort later, as UUIDv7 does. */
  newUserId(now: Timestamp): UserId;
  newAuthToken(): AuthToken;
}
