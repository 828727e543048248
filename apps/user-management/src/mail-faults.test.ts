import { randomInt } from 'node:crypto';
import { aDevice, anEmail, Hooked, RecordingLogger, TestClock } from '@user-management/conformance';
import { parsePassword } from '@user-management/domain';
import { Composer } from '@user-management/mail';
import { SmtpMailer } from '@user-management/mail/smtp';
import { createMemoryStore } from '@user-management/memory';
import { type SmtpFault, startSmtp } from '@user-management/servers';
import { expect, it, onTestFinished } from 'vitest';
import { sampleUseCases } from './testing/sample-use-cases.ts';
import { temporarySqlite } from './testing/temporary-sqlite.ts';

const FAULTS: readonly SmtpFault[] = [
  { at: 'greeting', does: 'closes' },
  { at: 'MAIL', does: '451 try again later' },
  { at: 'RCPT', does: '550 no such user' },
  { at: 'DATA', does: '554 refused' },
  { at: 'message', does: 'closes' },
  { at: 'end', does: '452 too much mail' },
  { at: 'end', does: 'drops' },
];

const client = { userAgent: null, ip: null };

it.each([
  ['memory', () => Promise.resolve(createMemoryStore())],
  ['SQLite', temporarySqlite],
])(
  'each acknowledged request becomes one mail, whatever fails, with the outbox in %s',
  { timeout: 60_000 },
  async (_, open) => {
    const relay = await startSmtp();
    onTestFinished(() => relay.close());
    const clock = new TestClock();
    const logger = new RecordingLogger();
    const store = await open(logger);
    const mailer = new SmtpMailer({
      url: { reveal: () => relay.url },
      from: { address: 'no-reply@example.com' },
      composer: new Composer({ serviceName: 'Example', links: {} }),
    });

    /** A replica that may die after the relay has a mail, and before the outbox knows. */
    const replica = () => {
      const outbox = new Hooked(store.outbox);
      const useCases = sampleUseCases({ ...store, outbox: outbox.port, clock, logger }, { mailer });
      return { ...useCases, outbox };
    };
    const replicas = [replica(), replica(), replica()];

    const emails = Array.from({ length: 4 }, () => anEmail());
    for (const email of emails) {
      const applicant = { email, device: aDevice(), phone: null, name: null, preferences: {} };
      await replicas[0]?.registerUser(applicant, parsePassword('correct horse battery'));
    }
    const acknowledged = new Map(emails.map((email) => [email as string, 0]));
    for (let n = 0; n < 24; n++) {
      const email = emails[n % emails.length] ?? anEmail();
      await replicas[n % 3]?.requestPasswordReset(email, client);
      acknowledged.set(email, (acknowledged.get(email) ?? 0) + 1);
    }

    const round = () =>
      Promise.all(
        replicas.map(async ({ takeMails, sendMail, outbox }) => {
          for (const mail of await takeMails(randomInt(1, 8))) {
            if (randomInt(8) === 0) outbox.failOnce('before', 'remove', new Error('killed'));
            await sendMail(mail).catch((error: unknown) => {
              expect((error as Error).message).toBe('killed');
            });
          }
        }),
      );
    for (let n = 0; n < 12; n++) {
      const fault = FAULTS[randomInt(FAULTS.length)];
      if (fault && n % 3 < 2) void relay.breakDown(fault);
      else relay.mend();
      await round();
      clock.advance(20_000);
    }
    relay.mend();
    for (let n = 0; n < 200 && (await store.outbox.backlog()).mails > 0; n++) {
      await round();
      clock.advance(2_000);
    }

    expect(await store.outbox.backlog()).toEqual({ mails: 0, oldest: null });
    for (const [email, count] of acknowledged) {
      const mails = relay.mails.filter(({ to }) => to.includes(email));
      expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(count);
      // A mail that came twice has the same code.
      const codes = new Map<string, Set<string>>();
      for (const { mail } of mails) {
        const code = /\b[0-9A-Z]{5}-[0-9A-Z]{5}\b/.exec(mail.text ?? '')?.[0] ?? '';
        const of = codes.get(mail.messageId ?? '') ?? new Set();
        codes.set(mail.messageId ?? '', of.add(code));
      }
      for (const of of codes.values()) expect([of.size, of.has('')]).toEqual([1, false]);
    }
  },
);
