import type { Brand } from './brand.ts';
import { type Secret, SECRET_TEXT } from './digest.ts';

/** `dtk_` and 256 random bits in base64url. It proves an earlier login, and opens nothing. */
export type DeviceToken = Brand<string, 'DeviceToken'>;

export const DEVICE_TOKEN_PATTERN = new RegExp(`^dtk_${SECRET_TEXT}$`);

/** In seconds, from the last login on the device: 180 days. */
export const DEVICE_TOKEN_TTL = 180 * 86_400;

/** The limit of one account. Otherwise somebody who logs in for ever could fill the store. */
export const MOST_KNOWN_DEVICES = 20;

export const deviceTokenOf = (secret: Secret): DeviceToken => `dtk_${secret}` as DeviceToken;

/** A malformed token is like an unknown one: a login without a token goes on. */
export const toDeviceToken = (input: string): DeviceToken | undefined =>
  DEVICE_TOKEN_PATTERN.test(input) ? (input as DeviceToken) : undefined;
