import type { Logger, QueuedMail, UseCases } from '@user-management/domain';
import { about, inRounds, type Pause, type Rounds } from './in-rounds.ts';

/** Mails that one replica sends at once. A relay that hangs blocks one of them for at most a minute. */
const SLOTS = 20;

/** Milliseconds between two looks at the outbox, on average. */
const PAUSE_MS = 2_000;

type Desk = Pick<UseCases, 'takeMails' | 'sendMail' | 'readMailBacklog'>;

interface PostObserver {
  mail(outcome: Awaited<ReturnType<UseCases['sendMail']>>): void;
  outbox(backlog: Awaited<ReturnType<UseCases['readMailBacklog']>>): void;
}

interface Options {
  readonly observer: PostObserver;
  readonly logger: Logger;
  readonly pause?: Pause;
}

/**
 * Sends the mails of the outbox for as long as the service runs. All replicas do it, and one of them takes
 * each mail. A mail that hangs holds up no other.
 */
export function openPostOffice(useCases: Desk, { pause = about(PAUSE_MS), ...telling }: Options): Rounds {
  const sending = new Set<Promise<void>>();
  const rounds = inRounds(() => round(useCases, telling, sending), pause);
  return {
    /** Takes no more mails, and waits for those that are being sent. */
    async stop() {
      await rounds.stop();
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
    telling.observer.outbox(await useCases.readMailBacklog());
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
