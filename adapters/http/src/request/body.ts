import { IncomingMessage } from 'node:http';
import { MIMEType } from 'node:util';
import getRawBody, { type RawBodyError } from 'raw-body';
import { HttpError } from '../answer/problems.ts';
import { parseForm } from './form.ts';
import { withoutInexactNumbers } from './numbers.ts';

export const BODY_LIMIT = 64 * 1024;

// Decoding a whole buffer keeps no state, so all requests share one decoder.
const UTF8 = new TextDecoder('utf-8', { fatal: true });

// The registered name of UTF-8, and a name that many clients send.
const UTF8_NAME = /^utf-?8$/i;

/** The media type of a body that a route takes as a form, and not as JSON. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

export const isForm = (mediaTypes: readonly string[]): boolean => mediaTypes.includes(FORM_TYPE);

/**
 * A request that takes a form at once if it arrives in one packet. From a stream, a form takes a twentieth of
 * the time of an introspection, most of it for the end of the stream.
 */
export class Request extends IncomingMessage {
  /** The form, if it arrived so. */
  form: Buffer | undefined;
  declare private readonly _dumpAndCloseReadable: () => void;

  /** Node calls this for each packet of the body, and with `null` at its end. */
  override push(packet: Buffer | null): boolean {
    if (packet === null || !CAN_CLOSE || !this.#isForm(packet.length)) return super.push(packet);
    this.form = packet;
    // As `optimizeEmptyRequests` does with a request without a body.
    this._dumpAndCloseReadable();
    return true;
  }

  #isForm(length: number): boolean {
    const { 'content-type': type, 'content-length': announced, expect } = this.headers;
    if (type !== FORM_TYPE || announced !== String(length) || length > BODY_LIMIT) return false;
    // Who reads the stream, or is to send 100 Continue first, gets the form from it.
    return this.readableFlowing === null && expect === undefined;
  }
}

/** Node has no public method for this, and old versions have none. */
const CAN_CLOSE = '_dumpAndCloseReadable' in IncomingMessage.prototype;

/**
 * The body as JSON, or as a form. Checks media type, size, encoding and syntax, in this order.
 * @returns it at once if it has arrived, and else a promise.
 * @throws {HttpError | ValidationFailed}
 */
export function readBody(req: IncomingMessage, mediaTypes: readonly string[]): unknown {
  const form = isForm(mediaTypes);
  const whole = req instanceof Request ? req.form : undefined;
  if (!whole && isEmpty(req)) return nothing(form);
  checkMediaType(req, mediaTypes);
  const bytes = whole ?? arrived(req);
  return bytes ? parseBody(bytes, form) : receive(req).then((received) => parseBody(received, form));
}

function parseBody(bytes: Buffer, form: boolean): unknown {
  if (bytes.length === 0) return nothing(form);
  return form ? parseForm(bytes.toString()) : parseJson(bytes);
}

/** An empty body is a form without members. */
function nothing(form: boolean): object {
  if (form) return {};
  throw malformed('The body is empty.');
}

/** @throws {HttpError} */
export const parseJson = (bytes: Buffer): unknown => parse(decode(bytes));

const malformed = (message: string) => new HttpError('malformed-json', message);

const isEmpty = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;

export function checkMediaType({ method, headers }: IncomingMessage, mediaTypes: readonly string[]): void {
  if (!isAccepted(headers['content-type'], mediaTypes)) {
    throw new HttpError('unsupported-media-type', `Send the body as ${mediaTypes.join(' or ')}, in UTF-8.`, {
      // RFC 5789, 2.2, and RFC 9110, 12.5.1.
      [method === 'PATCH' ? 'Accept-Patch' : 'Accept']: mediaTypes.join(', '),
    });
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    throw new HttpError('unsupported-media-type', 'Send the body without a content encoding.', {
      'Accept-Encoding': 'identity',
    });
  }
}

/**
 * Longer than any media type with a charset. The limit exists because Node's parser takes quadratic time on
 * spaces.
 */
const CONTENT_TYPE_MAX_LENGTH = 256;

function isAccepted(contentType: string | undefined, mediaTypes: readonly string[]): boolean {
  if (contentType === undefined || contentType.length > CONTENT_TYPE_MAX_LENGTH) return false;
  // Nearly all clients send it so, and parsing takes as long as looking up a token.
  if (mediaTypes.includes(contentType)) return true;
  try {
    const { essence, params } = new MIMEType(contentType);
    return mediaTypes.includes(essence) && UTF8_NAME.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false;
  }
}

/**
 * The body, if it came in one packet with its header, as most do. Then there is nothing to wait for, so it
 * needs no timer and no events. A client that expects `100 Continue` gets it by the events.
 */
function arrived(req: IncomingMessage): Buffer | undefined {
  const { 'content-length': announced, expect } = req.headers;
  const length = Number(announced);
  if (expect !== undefined || length > BODY_LIMIT || length !== req.readableLength) return undefined;
  return req.read() as Buffer;
}

/** As long as a server gives to a whole request, because not every server limits that. */
const BODY_MS = 30_000;

async function receive(req: IncomingMessage): Promise<Buffer> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new HttpError('request-timeout', 'The body did not arrive in time.', { Connection: 'close' }));
  }, BODY_MS);
  try {
    // With the announced length, an oversized body is refused before any byte of it is read.
    const length = req.headers['content-length'] ?? null;
    return await Promise.race([getRawBody(req, { limit: BODY_LIMIT, length }), tooLate]);
  } catch (error) {
    const { type } = error as RawBodyError;
    if (type === 'entity.too.large') {
      throw new HttpError('payload-too-large', `The body may have at most ${BODY_LIMIT} bytes.`);
    }
    // The stream has ended before anybody read it, while the request was counted.
    const unread = type === 'stream.not.readable' && req.readableAborted;
    if (unread || type === 'request.aborted' || type === 'request.size.invalid') {
      throw new HttpError('malformed-request', 'The request ended before its body did.');
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function decode(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    const exact = withoutInexactNumbers(text);
    return exact === text ? parsed : JSON.parse(exact);
  } catch {
    // The parser's own message quotes the body, which may contain a password.
    throw malformed('The body is not valid JSON.');
  }
}
