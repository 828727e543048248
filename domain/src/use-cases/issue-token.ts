import type { AuthToken, AuthTokenRecord } from '../model/auth-token.ts';
import type { Clock } from '../ports/clock.ts';
import type { Identifiers } from '../ports/identifiers.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { DeviceId } from '../model/profile.ts';
import type { User } from '../model/user.ts';

export interface IssuedToken {
  readonly token: AuthToken;
  /** Seconds. */
  readonly expiresIn: number;
}

interface Ports {
  tokens: TokenStore;
  identifiers: Identifiers;
  clock: Clock;
  /** Lifetime of a new token in seconds. */
  tokenTtl: number;
}

export const issueToken =
  ({ tokens, identifiers, clock, tokenTtl }: Ports) =>
  async (user: User, deviceId: DeviceId): Promise<IssuedToken> => {
    const token = identifiers.newAuthToken();
    const record: AuthTokenRecord = {
      userId: user.id,
      email: user.email,
      deviceId,
      expiresIn: tokenTtl,
      createdAt: clock.now(),
    };
    await tokens.save(token, record);
    return { token, expiresIn: tokenTtl };
  };

export type IssueToken = ReturnType<typeof issueToken>;
