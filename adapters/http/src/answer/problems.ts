import { type ErrorCode, Unauthenticated } from '@user-management/domain';

/** What can go wrong with a request before the domain hears of it, or with the service itself. */
export type HttpErrorCode =
  | 'malformed-json'
  | 'malformed-request'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'header-too-large'
  | 'internal-error';

/** The `code` of a problem: what clients branch on. */
export type ProblemCode = ErrorCode | HttpErrorCode;

/** The one place where a code becomes a status. A code without an entry does not compile. */
export const PROBLEMS = {
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'malformed-request': { status: 400, title: 'The request is not valid HTTP' },
  'invalid-credentials': { status: 401, title: 'Wrong email or password' },
  unauthenticated: { status: 401, title: 'A valid token is needed' },
  forbidden: { status: 403, title: 'Not allowed with this token' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'user-not-found': { status: 404, title: 'Unknown user' },
  'method-not-allowed': { status: 405, title: 'The method does not work here' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive' },
  'email-taken': { status: 409, title: 'The email is taken' },
  'precondition-failed': { status: 412, title: 'The user has changed' },
  'payload-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body has the wrong media type' },
  'validation-failed': { status: 422, title: 'The request breaks a rule' },
  'header-too-large': { status: 431, title: 'The header is too large' },
  'internal-error': { status: 500, title: 'The service failed' },
  overloaded: { status: 503, title: 'Too much to do' },
  'dependency-unavailable': { status: 503, title: 'Temporarily out of order' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

/** A request that HTTP itself has a status for. `message` goes to the client, so it says nothing internal. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HttpErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/**
 * The request shows no bearer token at all, so there is nothing wrong with it: RFC 6750 wants the two told
 * apart.
 */
export class NoCredentials extends Unauthenticated {
  constructor() {
    super('Send the header "Authorization: Bearer <token>".');
  }
}
