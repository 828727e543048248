import type { Brand } from './brand.ts';
import { type Digest, type Secret, SECRET_TEXT } from './digest.ts';
import { Unauthenticated, ValidationFailed } from './errors.ts';
import { type Scope, SCOPES } from './scope.ts';
import type { Timestamp } from './timestamp.ts';

/** The token of another service: `svc_` and 256 random bits in base64url. It is a secret. */
export type ServiceToken = Brand<string, 'ServiceToken'>;

/** What operators call a service. */
export type ServiceName = Brand<string, 'ServiceName'>;

/** A service that may call. A service may have several tokens, and each has an entry. */
export interface ServiceEntry {
  readonly name: ServiceName;
  /** The digest of the whole token. */
  readonly digest: Digest;
  readonly scopes: readonly Scope[];
  /** From then on, the token does not work. `null`: it works for good. */
  readonly notAfter: Timestamp | null;
}

const TOKEN_PATTERN = new RegExp(`^svc_${SECRET_TEXT}$`);

/** It appears in events and logs. */
const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

export const serviceTokenOf = (secret: Secret): ServiceToken => `svc_${secret}` as ServiceToken;

/** @throws {Unauthenticated} when it cannot be a service token. */
export function parseServiceToken(input: unknown): ServiceToken {
  if (typeof input !== 'string' || !TOKEN_PATTERN.test(input)) {
    throw new Unauthenticated('The service token is malformed.');
  }
  return input as ServiceToken;
}

/** @throws {ValidationFailed} */
export function parseServiceName(input: unknown): ServiceName {
  if (typeof input !== 'string' || !NAME_PATTERN.test(input)) {
    throw new ValidationFailed(
      'must be 1 to 64 lower-case letters, digits, dots, hyphens and underscores, without one at an end',
    );
  }
  return input as ServiceName;
}

/** @throws {ValidationFailed} */
export function parseScopes(input: unknown): readonly Scope[] {
  const all: readonly unknown[] = SCOPES;
  if (!Array.isArray(input) || input.length === 0 || !input.every((scope) => all.includes(scope))) {
    throw new ValidationFailed(`must be a list of at least one of ${SCOPES.join(', ')}`);
  }
  return [...new Set(input as Scope[])];
}

/**
 * The list of all entries. Two of them may have one name, so that a token is replaced without a gap.
 * @throws {ValidationFailed} when two have one digest: one of them was meant to have another.
 */
export function checkServiceEntries(entries: readonly ServiceEntry[]): readonly ServiceEntry[] {
  const digests = entries.map(({ digest }) => digest);
  const repeated = digests.flatMap((digest, i) => (digests.indexOf(digest) < i ? [i] : []));
  if (repeated.length === 0) return entries;
  throw new ValidationFailed(
    repeated.map((i) => ({ path: [String(i), 'sha256'], message: 'must not be that of another entry' })),
  );
}
