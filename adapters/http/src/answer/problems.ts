import { type ErrorCode, Unauthenticated } from '@user-management/domain';

/** The problems of a request before it reaches the domain, and the problems of the service itself. */
type HttpErrorCode =
  | 'malformed-json'
  | 'malformed-request'
  | 'not-found'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'payload-too-large'
  | 'target-too-long'
  | 'unsupported-media-type'
  | 'header-too-large'
  | 'internal-error';

/** The `code` of a problem. Clients branch on it. */
export type ProblemCode = ErrorCode | HttpErrorCode;

interface Problem {
  readonly status: number;
  readonly title: string;
  /** The condition of this answer, for the documentation. */
  readonly when: string;
  /** The remedy for a client, for the documentation. */
  readonly action: string;
}

/** The only mapping of codes to statuses. A code without an entry does not compile. */
export const PROBLEMS = {
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    when: 'The body is empty, is not JSON, or is not valid UTF-8.',
    action: 'Correct the body. The same request will fail again.',
  },
  'malformed-request': {
    status: 400,
    title: 'The request is not valid HTTP',
    when: 'The request breaks a rule of HTTP/1.1, or the connection closed before the body was complete.',
    action: 'Check the HTTP client and the proxies on the way.',
  },
  'invalid-credentials': {
    status: 401,
    title: 'Wrong email or password',
    when: 'No user has this email, or the password is wrong. The answer is the same for both.',
    action: 'Ask the person for the email and the password again.',
  },
  unauthenticated: {
    status: 401,
    title: 'A valid token is needed',
    when:
      'The request has no token, or the token is malformed, unknown, expired or revoked. ' +
      'The same holds for a refresh token.',
    action: 'Refresh the session, or log in, and repeat the request with the new token.',
  },
  'refresh-token-reused': {
    status: 401,
    title: 'The refresh token was used before',
    when:
      'The refresh token has a successor that is in use, or it is older than the grace. ' +
      'Somebody else may have it, so its session has ended.',
    action: 'Forget the tokens of the session, and ask the person to log in again.',
  },
  'wrong-password': {
    status: 403,
    title: 'Wrong password',
    when: 'The token is valid, but the password that the change needs is wrong.',
    action: 'Ask the person for the password again.',
  },
  forbidden: {
    status: 403,
    title: 'Not allowed with this token',
    when: 'The token is valid, but the path names another user.',
    action: 'Use the `user_id` of the user who logged in.',
  },
  'insufficient-scope': {
    status: 403,
    title: 'The service token is not enough',
    when: 'The service token is valid, but it lacks the scope of this operation.',
    action: 'Ask the operators for a token with the scope that `WWW-Authenticate` names.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    when: 'The API has no such path, or the user has no such session.',
    action: 'Check the path. `GET /openapi.json` lists all paths.',
  },
  'user-not-found': {
    status: 404,
    title: 'Unknown user',
    when: 'The user was deleted while the request was handled.',
    action: 'Forget the tokens of the user.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method does not work here',
    when: 'The path exists, but not with this method.',
    action: 'Use a method that the header `Allow` names.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    when: 'The header took longer than 10 seconds to arrive, or the whole request longer than 30.',
    action: 'Repeat the request on a new connection.',
  },
  'email-taken': {
    status: 409,
    title: 'The email is taken',
    when: 'Another user is registered with this email.',
    action: 'Log in, or register with another email.',
  },
  'already-verified': {
    status: 409,
    title: 'The email is verified already',
    when: 'The user has proven the address already.',
    action: 'Read the user again: `email_verified_at` says when.',
  },
  'precondition-failed': {
    status: 412,
    title: 'A condition does not hold',
    when: 'The current version is not one that `If-Match` and `If-None-Match` accept.',
    action: 'Read the user again, and repeat the change with the new `ETag`.',
  },
  'payload-too-large': {
    status: 413,
    title: 'The body is too large',
    when: 'The body has more than 65536 bytes.',
    action: 'Send a smaller body.',
  },
  'target-too-long': {
    status: 414,
    title: 'The request target is too long',
    when: 'The path and the query together have more than 8192 bytes.',
    action: 'Send a shorter path and query.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body has the wrong media type',
    when: 'The body has a media type, a charset or a content encoding that this operation does not accept.',
    action:
      'Send JSON in UTF-8, or a form where the operation takes one, without a content encoding. The ' +
      'headers of the answer say what is accepted.',
  },
  'code-invalid': {
    status: 422,
    title: 'The code does not work',
    when:
      'The code or its challenge is wrong, unknown, expired or used up. ' +
      'Five wrong codes end a challenge.',
    action: 'Ask the person to type the code again, or request a new one.',
  },
  'validation-failed': {
    status: 422,
    title: 'The request breaks a rule',
    when: 'Members of the body are missing, unknown or not valid. `errors` lists the first 20 of them.',
    action: 'Correct each member that `errors` points to. The same request will fail again.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    when: 'The same client sent too many requests of this kind, or too many passwords were wrong.',
    action:
      'Repeat the request after the seconds in `Retry-After`. A request before that is refused as well.',
  },
  'header-too-large': {
    status: 431,
    title: 'The header is too large',
    when: 'The header, with the request line, has more than 16 KiB.',
    action: 'Send fewer or shorter headers.',
  },
  'internal-error': {
    status: 500,
    title: 'The service failed',
    when: 'The service has a defect. Its log has the cause, under the `request_id`.',
    action: 'Report the `request_id` to the operator. A change may have happened or not.',
  },
  overloaded: {
    status: 503,
    title: 'Too much to do',
    when: 'Too many passwords are waiting to be hashed.',
    action: 'Repeat the request after the seconds in `Retry-After`.',
  },
  'mail-not-configured': {
    status: 503,
    title: 'The service sends no mails',
    when: 'The operation sends a code by mail, and the service has no `SMTP_URL`.',
    action: 'Ask the operators of the service. A repeat will fail again.',
  },
  'dependency-unavailable': {
    status: 503,
    title: 'Temporarily out of order',
    when: 'Redis or the user store cannot be reached, or did not answer in time.',
    action: 'Repeat the request after the seconds in `Retry-After`. A change may have happened or not.',
  },
} as const satisfies Record<ProblemCode, Problem>;

export const PROBLEM_CODES = Object.keys(PROBLEMS) as readonly ProblemCode[];

/** The `type` of a problem. It is a name and not a link; docs/errors.md describes the problems. */
export const problemType = (code: ProblemCode): string => `urn:problem:user-management:${code}`;

/**
 * HTTP itself has a status for this fault of a request. The client gets `message`, so it must contain nothing
 * internal.
 */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: HttpErrorCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.headers = headers;
  }
}

/** The request has no bearer token. RFC 6750 distinguishes this from an invalid token. */
export class NoCredentials extends Unauthenticated {
  constructor() {
    super('Send the header "Authorization: Bearer <token>".');
  }
}
