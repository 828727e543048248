import type { ParsedMail } from 'mailparser';
import type { SMTPServer as Server } from 'smtp-server';
import type { Certificates } from '../certificates.ts';

/** A mail as the server got it. */
export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** The user that the client logged in as. */
  readonly user: string | undefined;
  /** As it came over the wire. */
  readonly raw: string;
  readonly mail: ParsedMail;
}

export interface MailboxOptions {
  /** `implicit`: TLS from the first byte. `starttls`: the server offers it. The default has no TLS. */
  readonly tls?: { readonly mode: 'implicit' | 'starttls'; readonly certificates: Certificates };
  /** The server takes mails only from this user. The default asks nobody for a password. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Offers clients to send commands without waiting for answers. */
  readonly pipelining?: boolean;
}

/** A real mail server that keeps all mails. `onMail` is called before a mail is confirmed. */
export async function createMailbox(
  { tls, user, pipelining = false }: MailboxOptions,
  onMail: (mail: ReceivedMail) => void,
): Promise<Server> {
  // Loaded only here, because few of the tests that use servers send mails.
  const [{ SMTPServer }, { simpleParser }] = await Promise.all([import('smtp-server'), import('mailparser')]);
  return new SMTPServer({
    secure: tls?.mode === 'implicit',
    ...(tls && { key: tls.certificates.key, cert: tls.certificates.cert }),
    hideSTARTTLS: tls?.mode !== 'starttls',
    hidePIPELINING: !pipelining,
    authOptional: !user,
    allowInsecureAuth: true,
    disabledCommands: user ? [] : ['AUTH'],
    logger: false,
    onAuth({ username, password }, _session, callback) {
      const known = user && username === user.name && password === user.password;
      callback(known ? null : new Error('Invalid username or password'), { user: username });
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8');
        simpleParser(raw).then((mail) => {
          const { mailFrom, rcptTo } = session.envelope;
          onMail({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            secure: session.secure,
            user: session.user as string | undefined,
            raw,
            mail,
          });
          callback();
        }, callback);
      });
    },
  });
}
