import type { TokenStore } from '../ports/token-store.ts';
import type { Caller } from './authenticate.ts';
import type { EndSessions } from './end-sessions.ts';
import { byCaller } from './new-event.ts';

interface Ports {
  tokens: TokenStore;
  endSessions: EndSessions;
}

/**
 * Ends the caller's session with all its tokens, at once and on every replica.
 * @throws {DependencyUnavailable}
 */
export const logOut =
  ({ tokens, endSessions }: Ports) =>
  async (caller: Caller): Promise<void> => {
    const { token, record } = caller;
    if (record.sessionId) {
      await endSessions(caller.user, [{ id: record.sessionId }], { origin: byCaller(caller) });
    }
    // The session may have lost the race against a refresh, or its row; a token of an older version has none.
    await tokens.revoke(token);
  };
