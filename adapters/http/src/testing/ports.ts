import { createHash, randomBytes } from 'node:crypto';
import {
  type AuthToken,
  type Identifiers,
  parseAuthToken,
  parsePasswordHash,
  parseUserId,
  type Password,
  type PasswordHash,
  type PasswordHasher,
  type Timestamp,
  type UserId,
} from '@user-management/domain';

/** Hashes in microseconds, which makes it worthless anywhere but here. */
export class QuickHasher implements PasswordHasher {
  hash(password: Password): Promise<PasswordHash> {
    return Promise.resolve(quickHash(password));
  }

  verify(hash: PasswordHash | undefined, password: Password): Promise<boolean> {
    return Promise.resolve(hash === quickHash(password));
  }

  needsRehash(): boolean {
    return false;
  }
}

function quickHash(password: Password): PasswordHash {
  const digest = createHash('sha256').update(password.reveal()).digest('base64').replace('=', '');
  return parsePasswordHash(`$argon2id$v=19$m=8,t=1,p=1$bm90IHJlYWxseQ$${digest}`);
}

export class RandomIdentifiers implements Identifiers {
  newUserId(now: Timestamp): UserId {
    return parseUserId(
      `usr_${now.toString(16).padStart(12, '0')}7${randomBytes(10).toString('hex').slice(1)}`,
    );
  }

  newAuthToken(): AuthToken {
    return parseAuthToken(`atk_${randomBytes(32).toString('base64url')}`);
  }
}
