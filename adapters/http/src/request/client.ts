import type { IncomingMessage } from 'node:http';
import {
  type Device,
  type IdempotencyKey,
  parseIdempotencyKey,
  toIpAddress,
  toUserAgent,
  ValidationFailed,
} from '@user-management/domain';

/** What a request says about the one who sent it, besides its token and body. */
export interface Client extends Pick<Device, 'userAgent' | 'ip'> {
  /** @throws {ValidationFailed} */
  idempotencyKey(): IdempotencyKey | undefined;
}

/** The address is the one of the socket: behind a proxy it is the proxy's. */
export const clientOf = ({ headers, socket }: IncomingMessage): Client => ({
  get userAgent() {
    return toUserAgent(headers['user-agent']);
  },
  get ip() {
    return toIpAddress(socket.remoteAddress);
  },
  idempotencyKey() {
    const key = headers['idempotency-key'];
    if (key === undefined) return undefined;
    try {
      return parseIdempotencyKey(key);
    } catch (error) {
      if (!(error instanceof ValidationFailed)) throw error;
      throw new ValidationFailed(`The header Idempotency-Key ${error.message}.`);
    }
  },
});

/** A new session's device. */
export const deviceOf = ({ userAgent, ip }: Client, deviceId: Device['deviceId']): Device => ({
  deviceId,
  userAgent,
  ip,
});
