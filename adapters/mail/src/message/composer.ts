import type { Mail, MailKind } from '@user-management/domain';
import { type MailTemplate, readTemplates } from '../templates/read-templates.ts';
import { render } from '../templates/template.ts';
import { type Links, oneLine, pagesOf, valuesOf } from './values.ts';
import { wrap } from './wrap.ts';

/** A mail in words. */
export interface Message {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface ComposerOptions {
  readonly serviceName: string;
  /** Its files replace the built-in templates of the same name. */
  readonly templatesDir?: string;
  readonly links: Links;
}

/** Puts mails into words, with the templates as they were at the start. */
export class Composer {
  readonly #templates: ReadonlyMap<MailKind, MailTemplate>;
  readonly #options: ComposerOptions;

  /** @throws {InvalidTemplates} */
  constructor(options: ComposerOptions) {
    const linked = Object.keys(pagesOf(options.links)) as MailKind[];
    this.#templates = readTemplates({ folder: options.templatesDir, linked });
    this.#options = options;
  }

  compose(mail: Mail): Message {
    const template = this.#templates.get(mail.kind);
    if (!template) throw new Error(`There is no template for ${mail.kind}.`);
    const { subject, text, html } = template;
    const values = valuesOf(mail, this.#options.serviceName, this.#options.links);
    return {
      // A template may have a carriage return, which would start another header.
      subject: oneLine(render(subject, values, asItIs)),
      text: wrap(render(text, values, asItIs)),
      html: render(html, values, escapeHtml),
    };
  }
}

const asItIs = (value: string): string => value;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeHtml = (value: string): string => value.replaceAll(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
