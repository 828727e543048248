import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { codePoints, parseText } from './text.ts';

/** A telephone number in E.164 form: `+` and up to 15 digits. */
export type Phone = Brand<string, 'Phone'>;
/** What a person is called; 1 to 200 characters. */
export type Name = Brand<string, 'Name'>;
/** The client's name for the device; 1 to 128 visible characters. */
export type DeviceId = Brand<string, 'DeviceId'>;

export const NAME_MAX_LENGTH = 200;
export const DEVICE_ID_MAX_LENGTH = 128;
export const PHONE_PATTERN = /^\+[1-9]\d{1,14}$/;

/** @throws {ValidationFailed} */
export function parsePhone(input: unknown): Phone {
  if (typeof input !== 'string' || !PHONE_PATTERN.test(input)) {
    throw new ValidationFailed('must be a phone number in E.164 form, such as +4930123456');
  }
  return input as Phone;
}

/** @throws {ValidationFailed} */
export function parseName(input: unknown): Name {
  const name = parseText(input);
  const length = codePoints(name);
  if (length < 1 || length > NAME_MAX_LENGTH) {
    throw new ValidationFailed(`must have 1 to ${NAME_MAX_LENGTH} characters`);
  }
  if (/\p{Cc}/u.test(name)) throw new ValidationFailed('must not contain control characters');
  return name as Name;
}

/** @throws {ValidationFailed} */
export function parseDeviceId(input: unknown): DeviceId {
  const deviceId = parseText(input);
  const length = codePoints(deviceId);
  if (length < 1 || length > DEVICE_ID_MAX_LENGTH) {
    throw new ValidationFailed(`must have 1 to ${DEVICE_ID_MAX_LENGTH} characters`);
  }
  if (/[\p{C}\p{Z}]/u.test(deviceId)) throw new ValidationFailed('must have visible characters only');
  return deviceId as DeviceId;
}
