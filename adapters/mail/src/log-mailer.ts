import type { Logger, Mail, Mailer } from '@user-management/domain';
import type { Composer } from './message/composer.ts';

/** Shows mails in the log, with their codes. For development. */
export class LogMailer implements Mailer {
  readonly #composer: Composer;
  readonly #logger: Logger;

  constructor({ composer, logger }: { readonly composer: Composer; readonly logger: Logger }) {
    this.#composer = composer;
    this.#logger = logger;
  }

  send(mail: Mail): Promise<void> {
    const { subject, text } = this.#composer.compose(mail);
    const lines = [`This mail would go to ${mail.to}:`, '', `Subject: ${subject}`, '', text.trimEnd(), ''];
    this.#logger.info({ message_id: mail.messageId, to: mail.to, kind: mail.kind }, lines.join('\n'));
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
