export { createMailer, type MailerSettings, type StoppableMailer } from './create-mailer.ts';
export { LogMailer } from './log-mailer.ts';
export { Composer } from './message/composer.ts';
export type { SmtpMailer } from './smtp/smtp-mailer.ts';
export { InvalidTemplates } from './templates/invalid-templates.ts';
