import type { MailKind } from '@user-management/domain';
import type { Reply } from './client.ts';
import type { Service } from './service.ts';

/** Sends what is due, as a replica does. */
export async function deliver({ useCases }: Service): Promise<void> {
  for (const mail of await useCases.takeMails(100)) await useCases.sendMail(mail);
}

/** What a client sends that got `reply` and reads the mailbox. */
export async function proofFor(service: Service, { body }: Reply, kind: MailKind) {
  await deliver(service);
  return { challenge: body['challenge'], code: service.mailer.last(kind).code };
}
