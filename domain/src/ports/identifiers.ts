import type { AuthToken } from '../model/auth-token.ts';
import type { Timestamp } from '../model/timestamp.ts';
import type { UserId } from '../model/user.ts';

/** Makes unique identifiers. A token is also impossible to guess: 256 bits from a cryptographic source. */
export interface Identifiers {
  /** A later id sorts after an earlier one, as in UUIDv7. */
  newUserId(now: Timestamp): UserId;
  newAuthToken(): AuthToken;
}
