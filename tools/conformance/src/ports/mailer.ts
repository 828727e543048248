import { inspect } from 'node:util';
import { DependencyUnavailable, type Mail, type Mailer, type Name } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { aMail, MAIL_KINDS, MAIL_SECRETS } from '../fakes/mails.ts';
import { fresh, required } from './fresh.ts';

/** A mail as its recipient sees it. */
export interface DeliveredMail {
  readonly to: readonly string[];
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
}

export interface MailerUnderTest {
  /** Has the settings of `MAILER_SETTINGS`. */
  readonly mailer: Mailer;
  /** Every mail that has arrived. */
  readonly delivered: () => readonly DeliveredMail[];
  /** Makes the relay unavailable, and available again. Only with the trait `relay`. */
  readonly relay?: { lose(): Promise<void>; restore(): Promise<void> };
  dispose?(): Promise<void> | void;
}

export interface MailerTraits {
  /** Whether mails go through a relay, which may be unavailable. */
  readonly relay: boolean;
}

export const MAILER_SETTINGS = {
  serviceName: 'Example',
  links: { reset: 'https://app.example/reset?lang=en', undo: 'https://app.example/undo' },
} as const;

/** What every `Mailer` must do. `create` is called once for each test. */
export function describeMailer(
  name: string,
  create: () => MailerUnderTest | Promise<MailerUnderTest>,
  traits: MailerTraits,
): void {
  describe(`${name} is a Mailer`, () => {
    const world = fresh(create);
    describe('content', () => content(world));
    describe('delivery', () => delivery(world));
    if (traits.relay) describe('a lost relay', () => lostRelay(world));
  });
}

type World = () => MailerUnderTest;

/** Sends the mail, and returns what arrives. */
async function deliver({ mailer, delivered }: MailerUnderTest, mail: Mail): Promise<DeliveredMail> {
  await mailer.send(mail);
  return required(delivered().at(-1), 'a delivered mail');
}

/** A text may break a line at any space. */
const inOneLine = ({ text }: DeliveredMail): string => text.replaceAll(/\s+/g, ' ');

function content(world: World): void {
  it.each(MAIL_KINDS)(
    '%s goes to its address, and names the service, the time and the device',
    async (kind) => {
      const mail = aMail(kind);
      const arrived = await deliver(world(), mail);
      expect(arrived.to).toEqual([mail.to]);
      expect(arrived.subject).toContain('Example');
      const text = inOneLine(arrived);
      for (const part of ['Example', '31 January 2026 at 09:30 UTC', 'Firefox on Linux', '192.0.2.7']) {
        expect(text).toContain(part);
      }
    },
  );

  const withCode = MAIL_KINDS.filter((kind) => MAIL_SECRETS[kind].includes('code'));
  const withLink = MAIL_KINDS.filter((kind) => MAIL_SECRETS[kind].includes('challenge'));

  it.each(withCode)('%s has its code and its end in the text, and not in the subject', async (kind) => {
    const mail = aMail(kind);
    const arrived = await deliver(world(), mail);
    const code = 'code' in mail ? mail.code : 'no code';
    expect(inOneLine(arrived)).toContain(code);
    expect(inOneLine(arrived)).toContain('31 January 2026 at 09:45 UTC');
    expect(arrived.subject).not.toContain(code);
  });

  it.each(withLink)('%s has a link with challenge and code in the fragment', async (kind) => {
    const mail = aMail(kind);
    const { challenge, code } = mail as Extract<Mail, { challenge: string }>;
    const page = kind === 'password-reset' ? 'reset?lang=en' : 'undo';
    const link = `https://app.example/${page}#challenge=${challenge}&code=${code}`;
    expect((await deliver(world(), mail)).text.split('\n')).toContain(link);
  });

  it.each(MAIL_KINDS.filter((kind) => !withLink.includes(kind)))('%s has no link', async (kind) => {
    expect((await deliver(world(), aMail(kind))).text).not.toMatch(/https?:|www\./);
  });

  it('does without a name and a device', async () => {
    const arrived = await deliver(world(), aMail('password-changed', { name: null, device: null }));
    expect(arrived.text).toMatch(/^Hello,$/m);
    expect(arrived.text).toMatch(/^Device: +unknown$/m);
  });

  it('takes no part of a name for a header or a placeholder', async () => {
    const name = 'Ann\r\nBcc: eve@evil.example\r\n\r\n{{email}}' as Name;
    const arrived = await deliver(world(), aMail('password-changed', { name }));
    expect(arrived.to).toHaveLength(1);
    expect(arrived.subject + arrived.text).not.toMatch(/^Bcc:/m);
  });
}

function delivery(world: World): void {
  it('sends a repetition with the same Message-ID, and another mail with another one', async () => {
    const mail = aMail();
    const first = await deliver(world(), mail);
    const again = await deliver(world(), mail);
    const other = await deliver(world(), aMail());
    expect(first.messageId).toContain(mail.messageId);
    expect(again).toEqual(first);
    expect(other.messageId).not.toBe(first.messageId);
  });

  it('delivers each of many mails at once exactly once', async () => {
    const { mailer, delivered } = world();
    const mails = Array.from({ length: 20 }, (_, n) => aMail(MAIL_KINDS[n % MAIL_KINDS.length]));
    await Promise.all(mails.map((mail) => mailer.send(mail)));
    const arrived = delivered().map(({ to }) => to.join());
    expect(arrived.toSorted()).toEqual(mails.map(({ to }) => to).toSorted());
  });
}

function lostRelay(world: World): void {
  it('throws an error without secrets while the relay is lost, and delivers the repetition', async () => {
    const { mailer, delivered, relay } = world();
    const mail = aMail('email-changed');
    await required(relay, 'relay').lose();
    const error: unknown = await mailer.send(mail).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DependencyUnavailable);
    expect(error).toMatchObject({ dependency: 'mail' });
    for (const secret of ['code' in mail ? mail.code : 'no code', 'chl_', mail.to]) {
      expect(inspect(error, { depth: 10 })).not.toContain(secret);
    }
    expect(delivered()).toEqual([]);
    await required(relay, 'relay').restore();
    await mailer.send(mail);
    expect(delivered()).toMatchObject([{ to: [mail.to] }]);
  });
}
