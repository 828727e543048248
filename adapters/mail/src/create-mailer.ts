import type { Logger, Mailer } from '@user-management/domain';
import { LogMailer } from './log-mailer.ts';
import { Composer, type ComposerOptions } from './message/composer.ts';
import type { SmtpOptions } from './smtp/smtp-mailer.ts';

export interface MailerSettings {
  readonly appEnv: 'development' | 'production';
  readonly mail: ComposerOptions & { readonly smtp?: Pick<SmtpOptions, 'url' | 'from'> };
}

/** A mailer that can be stopped. It is told how long the mails in flight may take, in milliseconds. */
export type StoppableMailer = Mailer & { stop(milliseconds: number): Promise<void> };

/**
 * The mailer of these settings. Without a relay, development shows mails in the log, and production has no
 * mailer.
 * @throws {InvalidTemplates}
 */
export async function createMailer(
  { appEnv, mail }: MailerSettings,
  logger: Logger,
): Promise<StoppableMailer | undefined> {
  const composer = new Composer(mail);
  if (mail.smtp) {
    // nodemailer would add 20 MB to the memory of a service that sends no mail, so it is loaded on demand.
    const { SmtpMailer } = await import('./smtp/smtp-mailer.ts');
    return new SmtpMailer({ ...mail.smtp, composer });
  }
  return appEnv === 'development' ? new LogMailer({ composer, logger }) : undefined;
}
