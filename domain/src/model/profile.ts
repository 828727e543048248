import type { Brand } from './brand.ts';
import { ValidationFailed } from './errors.ts';
import { hasInvisible, parseText } from './text.ts';

/** A telephone number in E.164 form: `+` and up to 15 digits. */
export type Phone = Brand<string, 'Phone'>;
/** What a person is called; 1 to 200 characters. */
export type Name = Brand<string, 'Name'>;
/** The client's name for the device; 1 to 128 visible characters. */
export type DeviceId = Brand<string, 'DeviceId'>;

/** The device of a user who has not logged in yet, and whom an operator added. */
export const UNKNOWN_DEVICE = 'unknown' as DeviceId;

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

/**
 * Joiners that are part of how a name is written: between the parts of an emoji, in scripts whose letters
 * join, after a virama; and the selector that shows a character as an emoji.
 */
const JOINING = String.raw`[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\p{sc=Arabic}\p{sc=Syriac}]`;
const JOINED = String.raw`[\p{L}\p{Extended_Pictographic}]`;
const JOINERS = new RegExp(String.raw`(?<=${JOINING})[\u200c\u200d](?=${JOINED})|(?<=\p{Emoji})\ufe0f`, 'gu');

/** A new name. @throws {ValidationFailed} */
export function parseName(input: unknown): Name {
  const name = parseStoredName(input);
  if (hasInvisible(name.replaceAll(JOINERS, ''))) {
    throw new ValidationFailed('must not contain invisible characters');
  }
  return name;
}

/** A name that some version of this service may have stored. @throws {ValidationFailed} */
export function parseStoredName(input: unknown): Name {
  const name = parseText(input, { least: 1, most: NAME_MAX_LENGTH });
  if (/\p{Cc}/u.test(name)) throw new ValidationFailed('must not contain control characters');
  return name as Name;
}

/** @throws {ValidationFailed} */
export function parseDeviceId(input: unknown): DeviceId {
  const deviceId = parseText(input, { least: 1, most: DEVICE_ID_MAX_LENGTH });
  if (/[\p{C}\p{Z}]/u.test(deviceId)) throw new ValidationFailed('must have visible characters only');
  return deviceId as DeviceId;
}
