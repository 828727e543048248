import { DependencyUnavailable } from '@user-management/domain/errors';
import { ErrorReply } from '@redis/client/dist/lib/errors.js';
import type { Reply } from '../connection/connection.ts';
import { DirectReads } from '../connection/direct-reads.ts';
import type { Address } from '../connection/options.ts';
import type { Session } from '../connection/session.ts';

/**
 * The answer of a server about a key that it does not hold, or may not hold (Redis Cluster specification,
 * "Redirection").
 */
export type Redirection =
  | { readonly kind: 'moved' }
  | { readonly kind: 'ask'; readonly address: Address }
  | { readonly kind: 'try-again' };

export function redirectionOf(error: unknown): Redirection | undefined {
  if (!(error instanceof DependencyUnavailable && error.cause instanceof ErrorReply)) return undefined;
  const [kind, , endpoint = ''] = error.cause.message.split(' ');
  if (kind === 'MOVED') return { kind: 'moved' };
  if (kind === 'TRYAGAIN') return { kind: 'try-again' };
  if (kind !== 'ASK') return undefined;
  const colon = endpoint.lastIndexOf(':');
  return {
    kind: 'ask',
    address: { host: endpoint.slice(0, colon), port: Number(endpoint.slice(colon + 1)) },
  };
}

/**
 * A session for a key that is moving to this server. The server requires ASKING before each command for it.
 */
export function asking(session: Session): Session {
  const send = (command: readonly string[]): Promise<Reply> => {
    // ASKING applies to the next command on the connection, so both are sent in one turn. If it fails, the
    // command fails too.
    session.send(['ASKING']).catch(() => undefined);
    return session.send(command);
  };
  const reads = new DirectReads({ send });
  return {
    term: session.term,
    address: session.address,
    send,
    read: (key, parse) => reads.read(key, parse),
  };
}
