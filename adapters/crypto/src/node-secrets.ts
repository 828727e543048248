import { createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Digest, parseSecret, type Secret, type Secrets } from '@user-management/domain';

/** Uses the operating system's random generator and OpenSSL. */
export class NodeSecrets implements Secrets {
  newSecret(): Secret {
    return parseSecret(randomBytes(32).toString('base64url'));
  }

  digest(secret: string): Digest {
    return hash('sha256', secret) as Digest;
  }

  equal(a: Digest, b: Digest): boolean {
    return timingSafeEqual(Buffer.from(a), Buffer.from(b));
  }

  derive(key: Secret, label: string): Secret {
    return parseSecret(createHmac('sha256', Buffer.from(key, 'base64url')).update(label).digest('base64url'));
  }
}
