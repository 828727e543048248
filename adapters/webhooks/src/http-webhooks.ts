import {
  DependencyUnavailable,
  type Endpoint,
  type Receipt,
  type Timestamp,
  type Webhook,
  type WebhookSender,
  type WebhookTarget,
} from '@user-management/domain';
import { ForbiddenAddress } from './addresses.ts';
import { cloudEventOf, CONTENT_TYPE } from './cloud-event.ts';
import { post } from './post.ts';
import { signatureHeaders } from './signature.ts';

export interface HttpWebhooksOptions {
  /** It is read for each webhook, so a change of the configuration needs no restart. */
  targets(): readonly WebhookTarget[];
  /** In development, a receiver may run on this machine. */
  readonly anyAddress: boolean;
  /** For a whole webhook. */
  readonly timeLimitMs?: number;
}

const TIME_LIMIT_MS = 15_000;

const GONE = 410;

/** Sends webhooks as CloudEvents over HTTP, signed as Standard Webhooks. */
export class HttpWebhooks implements WebhookSender {
  readonly #options: HttpWebhooksOptions;
  readonly #stopping = new AbortController();

  constructor(options: HttpWebhooksOptions) {
    this.#options = options;
  }

  get endpoints(): readonly Endpoint[] {
    return this.#options.targets();
  }

  async send(webhook: Webhook, now: Timestamp): Promise<Receipt> {
    const target = this.#options.targets().find(({ id }) => id === webhook.endpoint);
    if (!target) throw failure('The endpoint is not configured any more.');
    const status = await this.#post(target, webhook, now);
    if (status >= 200 && status < 300) return 'accepted';
    if (status === GONE) return 'gone';
    throw failure(`The receiver answered with the status ${status}.`);
  }

  /** Gives up what is not answered in `milliseconds`. */
  stop(milliseconds: number): void {
    setTimeout(() => {
      this.#stopping.abort();
    }, milliseconds).unref();
  }

  async #post({ url, secrets }: WebhookTarget, { event }: Webhook, now: Timestamp): Promise<number> {
    const { anyAddress, timeLimitMs = TIME_LIMIT_MS } = this.#options;
    const body = cloudEventOf(event);
    const signed = signatureHeaders(secrets, { id: event.id, now, body });
    const headers = { ...signed, 'content-type': CONTENT_TYPE, 'user-agent': 'user-management' };
    const limit = AbortSignal.timeout(timeLimitMs);
    const signal = AbortSignal.any([limit, this.#stopping.signal]);
    try {
      return await post({ url: new URL(url), headers, body, anyAddress, signal });
    } catch (error) {
      if (error instanceof ForbiddenAddress) throw failure(error.message);
      if (limit.aborted) throw failure(`The receiver did not answer within ${timeLimitMs / 1000} s.`);
      // The message of the error may have the host, but its code tells what is wrong.
      throw failure(`The connection failed (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`);
    }
  }
}

const failure = (message: string) =>
  new DependencyUnavailable('webhook endpoint', { cause: new Error(message) });
