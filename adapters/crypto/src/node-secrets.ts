import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  timingSafeEqual,
} from 'node:crypto';
import {
  type Digest,
  parseSealed,
  parseSecret,
  type Sealed,
  type Secret,
  type Secrets,
} from '@user-management/domain';
import { randomBytes } from './random-bytes.ts';

/** NIST SP 800-38D: with a random IV of 96 bits, a key may seal 2^32 texts. */
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

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
    // Node takes three times as long for a key in a buffer.
    const secretKey = createSecretKey(key, 'base64url');
    return parseSecret(createHmac('sha256', secretKey).update(label).digest('base64url'));
  }

  seal(key: Secret, text: string): Sealed {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, Buffer.from(key, 'base64url'), iv);
    const parts = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return parseSealed(Buffer.concat(parts).toString('base64url'));
  }

  unseal(key: Secret, sealed: Sealed): string | undefined {
    const bytes = Buffer.from(sealed, 'base64url');
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, Buffer.from(key, 'base64url'), bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8');
      return text + decipher.final('utf8');
    } catch {
      return undefined;
    }
  }
}
