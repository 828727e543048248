import {
  DEVICE_ID_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  NAME_MAX_LENGTH,
  parseDeviceId,
  parseEmail,
  parseStoredEmail,
  parseName,
  parsePassword,
  parsePhone,
  parsePreferences,
  parsePreferencesPatch,
  PASSWORD_MAX_LENGTH,
  PASSWORD_MIN_LENGTH,
  PHONE_PATTERN,
  PREFERENCES_MAX_BYTES,
  PREFERENCES_MAX_DEPTH,
} from '@user-management/domain';
import { field, members } from './field.ts';

const email = field(parseEmail, {
  type: 'string',
  format: 'email',
  maxLength: EMAIL_MAX_LENGTH,
  description: 'Compared and stored trimmed, in NFC and in lower case.',
  examples: ['ada@example.com'],
});

/** An account that an older rule let in keeps its address, so a login takes more than a registration. */
const loginEmail = field(parseStoredEmail, {
  type: 'string',
  format: 'email',
  maxLength: EMAIL_MAX_LENGTH,
  description: 'The address of the account.',
  examples: ['ada@example.com'],
});

const password = field(parsePassword, {
  type: 'string',
  format: 'password',
  minLength: PASSWORD_MIN_LENGTH,
  maxLength: PASSWORD_MAX_LENGTH,
  description: 'Length in code points after NFKC; never trimmed, no rules of composition.',
  examples: ['correct horse battery staple'],
});

const deviceId = field(parseDeviceId, {
  type: 'string',
  minLength: 1,
  maxLength: DEVICE_ID_MAX_LENGTH,
  description: 'The client’s name for the device, visible characters only.',
  examples: ['ada-phone'],
});

const phone = field(parsePhone, {
  type: 'string',
  pattern: PHONE_PATTERN.source,
  description: 'E.164.',
  examples: ['+4930123456'],
});

const name = field(parseName, {
  type: 'string',
  minLength: 1,
  maxLength: NAME_MAX_LENGTH,
  description: 'No control characters.',
  examples: ['Ada Lovelace'],
});

const PREFERENCES_LIMITS =
  `At most ${PREFERENCES_MAX_BYTES} bytes as JSON and ${PREFERENCES_MAX_DEPTH} levels deep; ` +
  'no member is named __proto__, constructor or prototype.';

export const preferences = field(parsePreferences, {
  title: 'Preferences',
  type: 'object',
  description: PREFERENCES_LIMITS,
  examples: [{ theme: 'dark', language: 'en' }],
});

export const preferencesPatch = field(parsePreferencesPatch, {
  title: 'PreferencesPatch',
  type: 'object',
  description: `An RFC 7396 merge patch: null removes a member. ${PREFERENCES_LIMITS}`,
  examples: [{ theme: null, language: 'de' }],
});

export const registration = members({
  email,
  password,
  device_id: deviceId,
  phone: phone.optional(),
  name: name.optional(),
  preferences: preferences.optional(),
}).meta({ title: 'Registration' });

export const credentials = members({ email: loginEmail, password, device_id: deviceId }).meta({
  title: 'Credentials',
});
