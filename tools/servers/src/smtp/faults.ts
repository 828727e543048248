import type { Socket } from 'node:net';

/** The moments of a delivery. `message`: in the middle of it. `end`: after its last line. */
export type SmtpStep = 'greeting' | 'EHLO' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'message' | 'end';

/**
 * What the server does at that moment. `trickles`: it begins an answer and never ends it. `drops`: it takes
 * the command, and closes the connection in place of the answer. `waits`: it goes on when it is mended. Any
 * other text is its answer.
 */
export type SmtpFault =
  | { readonly at: SmtpStep; readonly does: 'hangs' | 'trickles' | 'closes' | 'drops' | `${4 | 5}${string}` }
  | { readonly at: Exclude<SmtpStep, 'greeting'>; readonly does: 'waits' };

const END_OF_MESSAGE = '\r\n.\r\n';
const TRICKLE_MS = 20;

/**
 * Stands between a client and the server, and plays the fault. The client must wait for each answer, and must
 * not use TLS.
 */
export class FaultyConversation {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #fault: () => SmtpFault | undefined;
  readonly #begun: () => void;
  readonly #mended: () => Promise<unknown>;
  #phase: 'commands' | 'message' = 'commands';
  #message = '';
  /** Takes the place of the server, once the fault has begun. */
  #played: SmtpFault['does'] | undefined;
  /** The next answer of the server gets lost. */
  #dropping = false;

  /**
   * @param begun is called when the fault begins.
   * @param mended resolves when the fault ends.
   */
  constructor(
    client: Socket,
    server: Socket,
    fault: () => SmtpFault | undefined,
    begun: () => void,
    mended: () => Promise<unknown>,
  ) {
    this.#client = client;
    this.#server = server;
    this.#fault = fault;
    this.#begun = begun;
    this.#mended = mended;
    let greeted = false;
    server.on('data', (answer: Buffer) => {
      if (!greeted && this.#isAt('greeting')) this.#play();
      greeted = true;
      this.#answer(answer);
    });
    client.on('data', (request: Buffer) => this.#request(request));
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      socket.on('error', () => undefined);
      socket.once('close', () => other.destroy());
    }
  }

  #answer(answer: Buffer): void {
    if (this.#dropping) this.#client.destroy();
    if (this.#played !== undefined || this.#dropping) return;
    if (answer.toString().startsWith('354')) this.#phase = 'message';
    this.#client.write(answer);
  }

  #request(request: Buffer): void {
    const step = this.#stepOf(request.toString('latin1'));
    const begins = this.#played === undefined && step !== undefined && this.#isAt(step);
    if (begins && this.#fault()?.does === 'waits') {
      this.#begun();
      void this.#mended().then(() => this.#server.write(request));
      return;
    }
    const refuses = /^\d/.test(this.#played ?? '');
    if (begins || refuses) this.#play();
    if (this.#played === undefined) this.#server.write(request);
  }

  #stepOf(request: string): SmtpStep | undefined {
    if (this.#phase === 'commands') return STEPS[request.slice(0, 4).toUpperCase()];
    this.#message += request;
    if (!this.#message.endsWith(END_OF_MESSAGE)) return 'message';
    this.#phase = 'commands';
    // A short message arrives as a whole.
    return this.#isAt('message') ? 'message' : 'end';
  }

  #isAt(step: SmtpStep): boolean {
    return this.#fault()?.at === step;
  }

  #play(): void {
    const does = this.#played ?? this.#fault()?.does;
    if (does === undefined) return;
    this.#begun();
    if (does === 'drops') {
      this.#dropping = true;
      return;
    }
    this.#played = does;
    if (does === 'closes') this.#client.destroy();
    else if (does === 'trickles') this.#trickle();
    else if (does !== 'hangs') this.#client.write(`${does}\r\n`);
  }

  #trickle(): void {
    const timer = setInterval(() => this.#client.write('250-wait\r\n'), TRICKLE_MS);
    this.#client.once('close', () => {
      clearInterval(timer);
    });
  }
}

const STEPS: Readonly<Record<string, SmtpStep>> = {
  EHLO: 'EHLO',
  HELO: 'EHLO',
  AUTH: 'AUTH',
  MAIL: 'MAIL',
  RCPT: 'RCPT',
  DATA: 'DATA',
};
