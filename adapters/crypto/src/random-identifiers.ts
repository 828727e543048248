import { randomBytes } from 'node:crypto';
import {
  type AuthToken,
  type Identifiers,
  parseAuthToken,
  parseUserId,
  type Timestamp,
  type UserId,
} from '@user-management/domain';
import { v7 } from 'uuid';

/**
 * Uses the operating system's random generator. User ids are UUIDv7, so a database index grows at one end.
 */
export class RandomIdentifiers implements Identifiers {
  newUserId(now: Timestamp): UserId {
    return parseUserId(`usr_${v7({ msecs: now }).replaceAll('-', '')}`);
  }

  newAuthToken(): AuthToken {
    return parseAuthToken(`atk_${randomBytes(32).toString('base64url')}`);
  }
}
