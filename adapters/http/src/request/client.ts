import type { IncomingMessage } from 'node:http';
import {
  type Device,
  type IdempotencyKey,
  parseIdempotencyKey,
  toIpAddress,
  toUserAgent,
  ValidationFailed,
} from '@user-management/domain';
import { clientAddress, type IsTrustedProxy } from './client-address.ts';

/** What a request says about the one who sent it, besides its token and body. */
export interface Client extends Pick<Device, 'userAgent' | 'ip'> {
  /** @throws {ValidationFailed} */
  idempotencyKey(): IdempotencyKey | undefined;
}

export const clientOf = (request: IncomingMessage, isTrusted: IsTrustedProxy): Client =>
  new RequestClient(request, isTrusted);

/** Most routes need none of it, so it is read when it is asked for. */
class RequestClient implements Client {
  readonly #request: IncomingMessage;
  readonly #isTrusted: IsTrustedProxy;

  constructor(request: IncomingMessage, isTrusted: IsTrustedProxy) {
    this.#request = request;
    this.#isTrusted = isTrusted;
  }

  get userAgent() {
    return toUserAgent(this.#request.headers['user-agent']);
  }

  get ip() {
    const { headers, socket } = this.#request;
    const forwardedFor = headers['x-forwarded-for'];
    // Node joins several lines of this header, although its type does not say so.
    return clientAddress(toIpAddress(socket.remoteAddress), forwardedFor?.toString(), this.#isTrusted);
  }

  idempotencyKey() {
    const key = this.#request.headers['idempotency-key'];
    if (key === undefined) return undefined;
    try {
      return parseIdempotencyKey(key);
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      throw new ValidationFailed(`The header Idempotency-Key ${error.message}.`);
    }
  }
}

/** A new session's device. */
export const deviceOf = ({ userAgent, ip }: Client, deviceId: Device['deviceId']): Device => ({
  deviceId,
  userAgent,
  ip,
});
