import { DependencyUnavailable, type Mail, type Mailer, type MailKind } from '@user-management/domain';

/** A mailer whose mails a test can read. */
export class RecordingMailer implements Mailer {
  readonly mails: Mail[] = [];
  /** Whether the relay refuses every mail. */
  isDown = false;

  send(mail: Mail): Promise<void> {
    if (this.isDown) return Promise.reject(new DependencyUnavailable('mail', { cause: new Error('down') }));
    this.mails.push(mail);
    return Promise.resolve();
  }

  /** The last mail of that kind. @throws when there is none. */
  last(kind: MailKind): Mail & { readonly code: string } {
    const mail = this.mails.findLast((candidate) => candidate.kind === kind);
    if (!mail)
      throw new Error(`There is no mail ${kind} among ${String(this.mails.map((one) => one.kind))}.`);
    return { code: '', ...mail };
  }
}
