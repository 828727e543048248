import type { Scope } from './scope.ts';

/** The codes of the domain's errors. They are part of the API: clients branch on them. */
export type ErrorCode =
  | 'invalid-credentials'
  | 'unauthenticated'
  | 'refresh-token-reused'
  | 'wrong-password'
  | 'code-invalid'
  | 'already-verified'
  | 'mail-not-configured'
  | 'forbidden'
  | 'insufficient-scope'
  | 'not-found'
  | 'user-not-found'
  | 'email-taken'
  | 'precondition-failed'
  | 'validation-failed'
  | 'rate-limited'
  | 'overloaded'
  | 'dependency-unavailable';

/** A broken rule. It knows nothing of HTTP: the HTTP adapter maps `code` to a status. */
export abstract class DomainError extends Error {
  abstract readonly code: ErrorCode;
}

/** Unknown email or wrong password. It does not say which one, on purpose. */
export class InvalidCredentials extends DomainError {
  readonly code = 'invalid-credentials';
  constructor() {
    super('The email or the password is wrong.');
  }
}

/** No token, or one that is malformed, unknown, expired or revoked. */
export class Unauthenticated extends DomainError {
  readonly code = 'unauthenticated';
  constructor(message = 'The token is unknown, expired or revoked. Log in to get a new one.') {
    super(message);
  }
}

/** The token is valid, but it belongs to another user than the requested one. */
export class Forbidden extends DomainError {
  readonly code = 'forbidden';
  constructor() {
    super('This token gives access to its own user only.');
  }
}

/** The token of a service is valid, but not for this. */
export class InsufficientScope extends DomainError {
  readonly code = 'insufficient-scope';
  readonly scope: Scope;
  constructor(scope: Scope) {
    super(`This needs a service token with the scope ${scope}.`);
    this.scope = scope;
  }
}

/** The refresh token was used before, and somebody else may have it. Its session is dead now. */
export class RefreshTokenReused extends DomainError {
  readonly code = 'refresh-token-reused';
  constructor() {
    super('The refresh token was used before, so its session has ended. Log in again.');
  }
}

/** The token is valid, but the password that the change needs is wrong. */
export class WrongPassword extends DomainError {
  readonly code = 'wrong-password';
  constructor() {
    super('The password is wrong.');
  }
}

/** The code is wrong, unknown, expired or used up. It does not say which, on purpose. */
export class CodeInvalid extends DomainError {
  readonly code = 'code-invalid';
  constructor() {
    super('The code is wrong, has expired or was used. Ask for a new one.');
  }
}

/** The address of the user is proven already. */
export class AlreadyVerified extends DomainError {
  readonly code = 'already-verified';
  constructor() {
    super('The email of this user is verified already.');
  }
}

/** The service has no relay, so it cannot send a code. */
export class MailNotConfigured extends DomainError {
  readonly code = 'mail-not-configured';
  constructor() {
    super('The service sends no mails. Ask its operators to set SMTP_URL.');
  }
}

/** The user has no such session. */
export class SessionNotFound extends DomainError {
  readonly code = 'not-found';
  constructor() {
    super('There is no such session.');
  }
}

export class UserNotFound extends DomainError {
  readonly code = 'user-not-found';
  constructor() {
    super('There is no such user.');
  }
}

export class EmailTaken extends DomainError {
  readonly code = 'email-taken';
  constructor() {
    super('Another user is registered with this email.');
  }
}

/** The user is not at the version that the caller asked for. */
export class PreconditionFailed extends DomainError {
  readonly code = 'precondition-failed';
  constructor() {
    super('The user is at another version than the request asks for. Read it again and repeat the change.');
  }
}

/** A broken rule and its place in the value: the members on the path, none for the value as a whole. */
export interface Fault {
  readonly path: readonly string[];
  /** Starts with a verb, because it completes "<member> …". */
  readonly message: string;
}

/** Enough to mend a request. Without a bound, a small request could ask for a huge answer. */
export const MOST_FAULTS = 20;

/** A value breaks rules. A single broken rule may be given by its message alone. */
export class ValidationFailed extends DomainError {
  readonly code = 'validation-failed';
  /** The first 20. */
  readonly faults: readonly Fault[];
  /** How many faults there are besides. */
  readonly more: number;

  /** @param more how many faults there are that `faults` leaves out. */
  constructor(faults: string | readonly Fault[], more = 0) {
    const all = typeof faults === 'string' ? [{ path: [], message: faults }] : faults;
    const first = all.slice(0, MOST_FAULTS);
    super(first.map(({ message }) => message).join(', '));
    this.faults = first;
    this.more = more + all.length - first.length;
  }
}

/** A new password breaks rules for new passwords. Each message is about the password as a whole. */
export class WeakPassword extends ValidationFailed {
  constructor(messages: readonly string[]) {
    super(messages.map((message) => ({ path: [], message })));
  }
}

/** A hash of another system that the service does not take. Each message is about the hash as a whole. */
export class UnusableHash extends ValidationFailed {}

/** There is more work than can be done in time. A retry after `retryAfter` seconds may succeed. */
export class Overloaded extends DomainError {
  readonly code = 'overloaded';
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('Too many passwords are waiting to be checked. Try again shortly.');
    this.retryAfter = retryAfter;
  }
}

/** Somebody did this too often. */
export class RateLimited extends DomainError {
  readonly code = 'rate-limited';
  /** In seconds. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super('There were too many requests of this kind. Try again later.');
    this.retryAfter = retryAfter;
  }
}

/**
 * What a store holds under an id cannot be read: no version of the service can have written it. No rule is
 * broken, so it is no `DomainError`.
 */
export class Damaged extends Error {}

/** For what goes on where a record cannot be read. */
export async function orDamaged<T>(answer: Promise<T>): Promise<T | 'damaged'> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Damaged) return 'damaged';
    throw error;
  }
}

/** What the domain depends on, by role. The composition decides which product plays the role. */
export type Dependency =
  'cache' | 'token store' | 'user store' | 'rate limiter' | 'mail' | 'webhook endpoint';

/**
 * A dependency cannot be reached, cannot work (full disk) or does not answer in time. `cause` is for the log.
 */
export class DependencyUnavailable extends DomainError {
  readonly code = 'dependency-unavailable';
  readonly dependency: Dependency;
  constructor(dependency: Dependency, options?: { cause: unknown }) {
    super(`The ${dependency} is not available.`, options);
    this.dependency = dependency;
  }
}

/** The dependency's answer, wrapped because it may be `undefined`; `undefined` when it is not available. */
export async function unlessUnavailable<T>(answer: Promise<T>): Promise<{ readonly value: T } | undefined> {
  try {
    return { value: await answer };
  } catch (error) {
    if (error instanceof DependencyUnavailable) return undefined;
    throw error;
  }
}
