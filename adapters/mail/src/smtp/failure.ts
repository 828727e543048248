import type { NodemailerError } from 'nodemailer';

/** What the delivery was doing when it failed. */
export type Stage = 'connecting' | 'logging in' | 'sending';

const REASONS: Readonly<Record<string, string>> = {
  ECONNECTION: 'The relay closed the connection',
  EDNS: 'The name of the relay cannot be resolved',
  EENVELOPE: 'The addresses are not valid for SMTP',
  EAUTH: 'The relay does not accept the user and the password',
  EPROTOCOL: 'The relay gave an unexpected answer',
  ESOCKET: 'The connection to the relay failed',
  ETIMEDOUT: 'The relay did not answer in time',
  ETLS: 'The relay and the service cannot agree on TLS',
};

/**
 * An error that is safe in a log. The text of the relay is left out, because it may repeat an address, a
 * credential or a line of the mail. The codes of the answer remain (RFC 5321, RFC 3463).
 */
export function toFailure(error: NodemailerError, stage: Stage): Error {
  const { code = '', originalCode, responseCode, response = '' } = error;
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const answer = [responseCode, enhanced].filter((part) => part !== undefined).join(' ');
  const refused = answer !== '' && code !== 'EAUTH' && code !== 'EPROTOCOL';
  const reason = refused ? 'The relay refused the mail' : (REASONS[code] ?? 'The mail cannot be sent');
  const details = [`while ${stage}`, commandOf(error), answer, originalCode].filter(Boolean);
  return new Error(`${reason} (${details.join(', ')}).`);
}

/** The command, without its arguments. */
const commandOf = ({ command = '' }: NodemailerError): string | undefined =>
  /^(?:EHLO|HELO|STARTTLS|AUTH|MAIL FROM|RCPT TO|DATA)\b/.exec(command)?.[0];
