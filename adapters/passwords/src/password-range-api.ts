import { hash } from 'node:crypto';
import type { BreachedPasswords, Logger, Password } from '@user-management/domain';

/** `timeout`, `error` and `skipped` let the password pass. */
export type BreachCheck = 'breached' | 'not-breached' | 'timeout' | 'error' | 'skipped';

interface BreachObserver {
  breachCheck(outcome: BreachCheck): void;
}

interface Options {
  /** The URL before the five digits. */
  readonly url: string;
  readonly observer: BreachObserver;
  readonly logger: Logger;
}

/** For the whole answer. */
const TIME_LIMIT_MS = 1_000;
/** A padded answer has about 1,000 entries of 40 bytes. */
const MOST_BYTES = 256 * 1024;
/** Bounds the memory and the sockets of a flood of registrations. */
const MOST_IN_FLIGHT = 64;
/** The first digits of a SHA-1, which leave the service. */
const PREFIX = 5;

const ENTRY = /^([0-9A-F]{35}):(\d{1,10})$/i;

/**
 * Asks a range API for all breached passwords whose SHA-1 begins with five digits (k-anonymity), so the API
 * does not learn which password it was asked for. The answer is padded, so its length does not tell either.
 * https://haveibeenpwned.com/API/v3#PwnedPasswords has the protocol.
 */
export class PasswordRangeApi implements BreachedPasswords {
  readonly #url: URL;
  readonly #observer: BreachObserver;
  readonly #logger: Logger;
  #inFlight = 0;
  #available = true;

  constructor({ url, observer, logger }: Options) {
    this.#url = new URL(url.endsWith('/') ? url : `${url}/`);
    this.#observer = observer;
    this.#logger = logger;
  }

  async has(password: Password): Promise<boolean> {
    if (this.#inFlight >= MOST_IN_FLIGHT) {
      this.#observer.breachCheck('skipped');
      return false;
    }
    this.#inFlight++;
    try {
      const breached = await this.#isListed(hash('sha1', password.reveal()).toUpperCase());
      this.#observer.breachCheck(breached ? 'breached' : 'not-breached');
      this.#noteRecovery();
      return breached;
    } catch (err) {
      this.#observer.breachCheck(isTimeout(err) ? 'timeout' : 'error');
      this.#noteFailure(err);
      return false;
    } finally {
      this.#inFlight--;
    }
  }

  async #isListed(sha1: string): Promise<boolean> {
    const response = await fetch(new URL(sha1.slice(0, PREFIX), this.#url), {
      headers: { 'Add-Padding': 'true', 'User-Agent': 'user-management' },
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`The answer has the status ${response.status}.`);
    }
    return isAmong(await readText(response), sha1.slice(PREFIX));
  }

  /** One line for an outage, not one for each password. */
  #noteFailure(err: unknown): void {
    if (this.#available) {
      this.#logger.warn({ err }, 'Breached passwords cannot be looked up. New passwords pass without it.');
    }
    this.#available = false;
  }

  #noteRecovery(): void {
    if (!this.#available) this.#logger.info({}, 'Breached passwords can be looked up again.');
    this.#available = true;
  }
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError';

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the body, and so closes the connection.
    if (bytes > MOST_BYTES) throw new Error(`The answer has more than ${MOST_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}

/** Entries with the count 0 are padding. */
function isAmong(answer: string, suffix: string): boolean {
  const entries = answer.trimEnd().split(/\r?\n/).map(parseEntry);
  return entries.some((entry) => entry.suffix === suffix && entry.count > 0);
}

function parseEntry(line: string): { readonly suffix: string; readonly count: number } {
  const [, suffix, count] = ENTRY.exec(line) ?? [];
  if (suffix === undefined) throw new Error('The answer is not a list of hashes with their counts.');
  return { suffix: suffix.toUpperCase(), count: Number(count) };
}
