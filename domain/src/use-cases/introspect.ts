import { isAuthToken } from '../model/auth-token.ts';
import type { Client } from '../model/device.ts';
import { Unauthenticated } from '../model/errors.ts';
import type { authenticate, Caller } from './authenticate.ts';

interface UseCases {
  authenticate: ReturnType<typeof authenticate>;
}

/**
 * Tells another service whose token it holds, as a request with this token would find out. Every other text
 * belongs to nobody, a refresh token as well. It has no `await`, because services ask for each request that
 * they get.
 * @throws {DependencyUnavailable}
 */
export const introspect =
  ({ authenticate }: UseCases) =>
  (token: string, client: Client): Promise<Caller | undefined> =>
    isAuthToken(token) ? authenticate(token, client).catch(nobody) : Promise.resolve(undefined);

function nobody(error: unknown): undefined {
  if (!(error instanceof Unauthenticated)) throw error;
}
