import { hash } from 'node:crypto';
import type { AuthToken, Email, UserId } from '@user-management/domain';

/**
 * Every key that the service has in Redis. The first three are contract: other services and operators read
 * them.
 */
export const keys = {
  user: (id: UserId) => `user:${id}`,
  email: (email: Email) => `user:email:${email}`,
  /** Whoever reads Redis cannot log in with a hash. */
  token: (token: AuthToken) => `auth:token:${hash('sha256', token)}`,
  /** The braces put a lease into the hash slot of its user. */
  lease: (id: UserId) => `lease:{user:${id}}`,
  record: (id: UserId) => `record:user:${id}`,
  claim: (email: Email) => `record:user:email:${email}`,
  active: 'record:users:active',
  dataset: 'record:dataset',
  /** Of the check at the start that Redis takes writes. */
  startupCheck: (id: string) => `lease:startup-check:${id}`,
  /** Never there: each family that requests read, with one tag, so that all are in the hash slot of `tag`. */
  probes: (tag: string) => [`lease:{${tag}}`, `user:{${tag}}`, `auth:token:{${tag}}`] as const,
} as const;

/** The families of keys. Of two that match a key, the first counts. */
export const KEY_PATTERNS = ['user:email:*', 'user:*', 'auth:token:*', 'record:*', 'lease:*'] as const;

export type KeyPattern = (typeof KEY_PATTERNS)[number];

/** `undefined` when the key is none of the service's. */
export const patternOf = (key: string): KeyPattern | undefined =>
  KEY_PATTERNS.find((pattern) => key.startsWith(pattern.slice(0, -1)));
