import { isAuthToken } from '../model/auth-token.ts';
import type { Client } from '../model/device.ts';
import { REFRESH_TOKEN_PATTERN, parseRefreshToken } from '../model/refresh-token.ts';
import type { SessionId } from '../model/session-id.ts';
import type { UserId } from '../model/user-id.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SessionRepository } from '../ports/session-repository.ts';
import type { TokenStore } from '../ports/token-store.ts';
import type { ServiceCaller } from './authenticate-service.ts';
import type { EndSessions } from './end-sessions.ts';
import { byService } from './new-event.ts';

interface Ports {
  sessions: SessionRepository;
  tokens: TokenStore;
  secrets: Secrets;
  endSessions: EndSessions;
}

/**
 * Ends the session of a token or refresh token that another service holds, as a log-out would. A text that is
 * no token any more has no session to end.
 * @throws {DependencyUnavailable}
 */
export const revokeToken = (ports: Ports) => {
  const end = (userId: UserId, id: SessionId, caller: ServiceCaller, client: Client) =>
    ports.endSessions({ id: userId }, [{ id }], { origin: byService(caller, client) });

  const revokeAuthToken = async (text: string, caller: ServiceCaller, client: Client): Promise<void> => {
    const token = ports.secrets.digest(text);
    const record = await ports.tokens.find(token);
    if (record?.sessionId) await end(record.userId, record.sessionId, caller, client);
    // The session may have lost its row, and a token of an older version has no session.
    await ports.tokens.revoke(token);
  };

  const revokeRefreshToken = async (text: string, caller: ServiceCaller, client: Client): Promise<void> => {
    const { sessionId, family } = parseRefreshToken(text);
    const session = await ports.sessions.find(sessionId);
    if (!session?.refresh || !ports.secrets.equal(ports.secrets.digest(family), session.refresh.family))
      return;
    await end(session.userId, session.id, caller, client);
  };

  return async (text: string, caller: ServiceCaller, client: Client): Promise<void> => {
    if (isAuthToken(text)) await revokeAuthToken(text, caller, client);
    else if (REFRESH_TOKEN_PATTERN.test(text)) await revokeRefreshToken(text, caller, client);
  };
};
