import { parseAuthToken } from '../model/auth-token.ts';
import type { Client } from '../model/device.ts';
import { Unauthenticated } from '../model/errors.ts';
import type { authenticate, Caller } from './authenticate.ts';

interface UseCases {
  authenticate: ReturnType<typeof authenticate>;
}

/**
 * Tells another service whose token it holds, as a request with this token would find out. Every other text
 * belongs to nobody, a refresh token as well.
 * @throws {DependencyUnavailable}
 */
export const introspect =
  ({ authenticate }: UseCases) =>
  async (token: string, client: Client): Promise<Caller | undefined> => {
    try {
      return await authenticate(parseAuthToken(token), client);
    } catch (error) {
      if (error instanceof Unauthenticated) return undefined;
      throw error;
    }
  };
