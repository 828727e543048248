import type { Brand } from './brand.ts';
import { type Secret, SECRET_TEXT } from './digest.ts';
import { Unauthenticated } from './errors.ts';
import type { SessionId } from './session-id.ts';

/**
 * `rtk_`, the 32 hex digits of the session's id, the family secret and the token's own secret (256 bits
 * each, in base64url). It is a secret.
 */
export type RefreshToken = Brand<string, 'RefreshToken'>;

export interface RefreshTokenParts {
  readonly sessionId: SessionId;
  /**
   * The same in all refresh tokens of a session. A client that knows it has had a genuine token.
   * So a wrong `secret` beside it means that an old token is used again.
   */
  readonly family: Secret;
  readonly secret: Secret;
}

export const REFRESH_TOKEN_PATTERN = new RegExp(
  `^rtk_(?<id>[0-9a-f]{32})(?<family>${SECRET_TEXT})(?<secret>${SECRET_TEXT})$`,
);

export const refreshTokenOf = ({ sessionId, family, secret }: RefreshTokenParts): RefreshToken =>
  `rtk_${sessionId.slice('ses_'.length)}${family}${secret}` as RefreshToken;

/** @throws {Unauthenticated} when it cannot be a refresh token of this service. */
export function parseRefreshToken(input: unknown): RefreshTokenParts {
  const parts = typeof input === 'string' ? REFRESH_TOKEN_PATTERN.exec(input)?.groups : undefined;
  if (!parts) throw new Unauthenticated('The refresh token is malformed.');
  return {
    sessionId: `ses_${parts['id'] ?? ''}` as SessionId,
    family: parts['family'] as Secret,
    secret: parts['secret'] as Secret,
  };
}
