import { setTimeout as wait } from 'node:timers/promises';
import type { Logger, QueuedMail, UseCases } from '@user-management/domain';

/** Mails that one replica sends at once. A relay that hangs blocks one of them for at most a minute. */
const SLOTS = 20;

/** Milliseconds between two looks at the outbox, on average. Each replica waits a random time. */
const PAUSE_MS = 2_000;

export interface PostOffice {
  /** Takes no more mails, and waits for those that are being sent. */
  stop(): Promise<void>;
}

type Desk = Pick<UseCases, 'takeMails' | 'sendMail' | 'readBacklog'>;

export interface PostObserver {
  mail(outcome: Awaited<ReturnType<UseCases['sendMail']>>): void;
  outbox(backlog: Awaited<ReturnType<UseCases['readBacklog']>>): void;
}

interface Options {
  readonly observer: PostObserver;
  readonly logger: Logger;
  /** Ends with a pause between two rounds, or when the service stops. */
  readonly pause?: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Sends the mails of the outbox for as long as the service runs. All replicas do it, and one of them takes
 * each mail. A mail that hangs holds up no other.
 */
export function openPostOffice(useCases: Desk, { pause = shortly, ...telling }: Options): PostOffice {
  const stopping = new AbortController();
  const sending = new Set<Promise<void>>();
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await round(useCases, telling, sending);
      await pause(stopping.signal);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await rounds;
      await Promise.all(sending);
    },
  };
}

type Telling = Pick<Options, 'observer' | 'logger'>;

/** It never throws: the next round tries again. */
async function round(useCases: Desk, telling: Telling, sending: Set<Promise<void>>): Promise<void> {
  const free = SLOTS - sending.size;
  try {
    for (const mail of free > 0 ? await useCases.takeMails(free) : []) {
      const sent = send(useCases, mail, telling).finally(() => sending.delete(sent));
      sending.add(sent);
    }
    telling.observer.outbox(await useCases.readBacklog());
  } catch (err) {
    telling.logger.warn({ err }, 'The outbox cannot be read. The next round tries again.');
  }
}

/** Another replica takes the mail again after a failure here. */
async function send({ sendMail }: Desk, mail: QueuedMail, { observer, logger }: Telling): Promise<void> {
  try {
    observer.mail(await sendMail(mail));
  } catch (err) {
    logger.warn({ err, message_id: mail.id }, 'The outbox could not note what became of a mail.');
  }
}

async function shortly(signal: AbortSignal): Promise<void> {
  // The wait ends with an error when the service stops, and that is what it is for.
  await wait(PAUSE_MS * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
}
