import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { type Stage, toFailure } from './failure.ts';
import { isLocal, type Relay } from './relay.ts';

/** In milliseconds. */
export interface Limits {
  /** For the name of the relay, the connection, the greeting and TLS together. */
  readonly setUp: number;
  /** For one answer of the relay. */
  readonly silence: number;
  /** For everything: a relay that answers slowly, line by line, is given up as well. */
  readonly mail: number;
}

interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
}

/**
 * Sends one message over one connection, and returns when the relay has confirmed it.
 * @param signal ends the delivery.
 * @throws {Error} that is safe in a log
 */
export async function deliver(
  relay: Relay,
  envelope: Envelope,
  message: Buffer,
  { limits, signal }: { readonly limits: Limits; readonly signal: AbortSignal },
): Promise<void> {
  if (signal.aborted) throw new Error('The delivery was given up (before it began).');
  const { host, port, secure, credentials } = relay;
  const connection = new SMTPConnection({
    host,
    port,
    secure,
    connectionTimeout: limits.setUp,
    greetingTimeout: limits.setUp,
    socketTimeout: limits.silence,
    socketCloseTimeout: 1_000,
    maxResponseSize: 65_536,
  });
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  let stage: Stage = 'connecting';
  const settle = (error: Error | null | undefined, next: () => void): void => {
    if (error) reject(toFailure(error, stage));
    else next();
  };
  const abort = (): void => reject(new Error(`The delivery was given up (while ${stage}).`));
  // A connection that has nothing to do any more also reports errors, so the listener stays.
  connection.on('error', (error: Error) => reject(toFailure(error, stage)));
  connection.once('end', () => reject(new Error(`The relay closed the connection (while ${stage}).`)));
  signal.addEventListener('abort', abort);
  const send = (): void => {
    stage = 'sending';
    connection.send({ from: envelope.from, to: [...envelope.to] }, message, (error) =>
      settle(error, () => resolve(undefined)),
    );
  };
  const logIn = (): void => {
    if (!credentials) {
      send();
    } else if (connection.secure || isLocal(relay)) {
      stage = 'logging in';
      connection.login(credentials, (error) => settle(error, send));
    } else {
      reject(new Error(UNENCRYPTED));
    }
  };
  try {
    connection.connect((error) => settle(error, logIn));
    await promise;
    connection.quit();
  } finally {
    signal.removeEventListener('abort', abort);
    connection.close();
  }
}

/** An attacker on the network can hide STARTTLS from the client, to get the password. */
const UNENCRYPTED =
  'The relay offers no TLS, so the service does not send it the password. Use smtps:, or a URL without one.';
