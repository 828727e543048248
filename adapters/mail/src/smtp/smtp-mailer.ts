import { domainToASCII } from 'node:url';
import { DependencyUnavailable, type Mail, type Mailer } from '@user-management/domain';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { Composer } from '../message/composer.ts';
import { deliver, type Limits } from './deliver.ts';
import { relayOf, type Secret } from './relay.ts';

/** A sender. The name is shown beside the address. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

export interface SmtpOptions {
  /** `smtp://` or `smtps://`. It is read again for each mail, so a new password needs no restart. */
  readonly url: Secret;
  readonly from: Mailbox;
  readonly composer: Composer;
  readonly limits?: Limits;
}

const LIMITS: Limits = { setUp: 15_000, silence: 30_000, mail: 45_000 };

/** Sends each mail over its own connection: a relay that hangs delays no other mail. */
export class SmtpMailer implements Mailer {
  readonly #options: SmtpOptions;
  readonly #limits: Limits;
  readonly #stopping = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: SmtpOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  async send(mail: Mail): Promise<void> {
    const delivery = this.#deliver(mail);
    this.#inFlight.add(delivery);
    try {
      await delivery;
    } finally {
      this.#inFlight.delete(delivery);
    }
  }

  /** Waits for the mails in flight, at most for `milliseconds`, and then gives them up. */
  async stop(milliseconds: number): Promise<void> {
    const timer = setTimeout(() => {
      this.#stopping.abort();
    }, milliseconds);
    await Promise.allSettled(this.#inFlight);
    clearTimeout(timer);
    this.#stopping.abort();
  }

  async #deliver(mail: Mail): Promise<void> {
    const { url } = this.#options;
    const node = this.#toMime(mail);
    const { from, to } = node.getEnvelope();
    const message = await node.build();
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort();
    }, this.#limits.mail);
    try {
      const signal = AbortSignal.any([deadline.signal, this.#stopping.signal]);
      await deliver(relayOf(url.reveal()), { from: from || '', to }, message, {
        limits: this.#limits,
        signal,
      });
    } catch (cause) {
      throw new DependencyUnavailable('mail', { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  #toMime(mail: Mail) {
    const { from, composer } = this.#options;
    const { subject, text, html } = composer.compose(mail);
    return new MailComposer({
      // Addresses as objects are not parsed, so a comma in one does not make two.
      from: { name: from.name ?? '', address: from.address },
      to: { name: '', address: mail.to },
      subject,
      text,
      html,
      date: new Date(mail.occurredAt),
      messageId: `<${mail.messageId}@${domainToASCII(domainOf(from.address))}>`,
      // Programs that answer mails do not answer these (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    }).compile();
  }
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);
