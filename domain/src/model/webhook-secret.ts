import { ValidationFailed } from './errors.ts';

const PATTERN = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** In bytes, as Standard Webhooks says. */
const SHORTEST = 24;
const LONGEST = 64;

/**
 * The secret with which webhooks are signed. The text is a private field, so accidental logging or
 * serialising shows nothing.
 */
export class WebhookSecret {
  readonly #base64: string;

  /** @param base64 already checked: use `parseWebhookSecret`. */
  constructor(base64: string) {
    this.#base64 = base64;
  }

  /** The key, in base64. */
  reveal(): string {
    return this.#base64;
  }
}

/** @throws {ValidationFailed} The message does not contain the input. */
export function parseWebhookSecret(input: unknown): WebhookSecret {
  const text = typeof input === 'string' && PATTERN.test(input) ? input.slice('whsec_'.length) : '';
  const bytes = (text.replace(/=+$/, '').length * 3) >> 2;
  if (bytes < SHORTEST || bytes > LONGEST) {
    throw new ValidationFailed(`must be whsec_ and ${SHORTEST} to ${LONGEST} bytes in base64`);
  }
  return new WebhookSecret(text);
}
