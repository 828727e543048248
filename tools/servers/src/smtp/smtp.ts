import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { freePort } from '../running/free-port.ts';
import { FaultyConversation, type SmtpFault } from './faults.ts';
import { createMailbox, type MailboxOptions, type ReceivedMail } from './mailbox.ts';

/** A real SMTP server with faults, in this process. */
export interface SmtpServer {
  /** `smtp://…` or `smtps://…`, without user and password. */
  readonly url: string;
  /** Every mail that the server has taken, in this order. */
  readonly mails: readonly ReceivedMail[];
  /** How many clients are connected. */
  readonly connections: number;
  /** From now on, the server has this fault. Fulfilled when a client first meets it. */
  breakDown(fault: SmtpFault): Promise<void>;
  /** Ends the fault. Connections that have met it stay as they are, and go on if they waited for this. */
  mend(): void;
  /** Refuses connections and breaks the present ones, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends the server for good. */
  close(): Promise<void>;
}

export async function startSmtp(options: MailboxOptions = {}): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const mailbox = await createMailbox(options, (mail) => mails.push(mail));
  mailbox.on('error', () => undefined);
  const listening = mailbox.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const target = listening.address() as AddressInfo;

  let fault: SmtpFault | undefined;
  let met = Promise.withResolvers<undefined>();
  let mended = Promise.withResolvers<undefined>();
  const sockets = new Set<Socket>();
  const front = createServer({ noDelay: true }, (client) => {
    sockets.add(client);
    client.once('close', () => sockets.delete(client));
    const server = connect(target.port, '127.0.0.1');
    new FaultyConversation(
      client,
      server,
      () => fault,
      () => met.resolve(undefined),
      () => mended.promise,
    );
  });
  const port = await freePort();
  const start = async (): Promise<void> => {
    await once(front.listen(port, '127.0.0.1'), 'listening');
  };
  const stop = async (): Promise<void> => {
    if (!front.listening) return;
    const closed = once(front, 'close');
    front.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await start();
  return {
    url: `${options.tls?.mode === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    mails,
    get connections() {
      return sockets.size;
    },
    breakDown(next) {
      fault = next;
      met = Promise.withResolvers<undefined>();
      mended = Promise.withResolvers<undefined>();
      return met.promise;
    },
    mend() {
      fault = undefined;
      mended.resolve(undefined);
    },
    start,
    stop,
    async close() {
      await stop();
      await new Promise<void>((resolve) => {
        mailbox.close(resolve);
      });
    },
  };
}
