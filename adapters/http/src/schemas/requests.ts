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
  toDeviceToken,
  ValidationFailed,
} from '@user-management/domain';
import * as z from 'zod';
import { ADA, CHALLENGE, CODE, DEVICE_TOKEN, REFRESH_TOKEN, TOKEN } from './examples.ts';
import { field, members, optional, patched } from './field.ts';

export const EMAIL = {
  type: 'string',
  format: 'email',
  maxLength: EMAIL_MAX_LENGTH,
  description: 'The service trims it and converts it to NFC and lower case before it compares or stores it.',
  examples: [ADA.email],
} as const;

const email = field(parseEmail, EMAIL);

/** An account that an older rule let in keeps its address, so a login takes more than a registration. */
const loginEmail = field(parseStoredEmail, {
  type: 'string',
  format: 'email',
  maxLength: EMAIL_MAX_LENGTH,
  description: 'The address of the account.',
  examples: [ADA.email],
});

const PASSWORD = {
  type: 'string',
  format: 'password',
  minLength: PASSWORD_MIN_LENGTH,
  maxLength: PASSWORD_MAX_LENGTH,
  description:
    'The length counts code points after NFKC. The password is never trimmed, and may use any characters.',
  examples: [ADA.password],
} as const;

/** A password that an older rule let in. The use cases check a new one. */
const password = field(parsePassword, PASSWORD);

export const NEW_PASSWORD = {
  ...PASSWORD,
  description:
    `${PASSWORD.description} The service refuses a common password, the email or its part before the @, ` +
    'the name, and repeated or consecutive characters. It may require a greater length, and refuse ' +
    'passwords that are known from data breaches.',
} as const;

const newPassword = field(parsePassword, NEW_PASSWORD);

export const DEVICE_ID = {
  type: 'string',
  minLength: 1,
  maxLength: DEVICE_ID_MAX_LENGTH,
  description: 'The name that the client gives to the device. It has visible characters only.',
  examples: [ADA.device_id],
} as const;

const deviceId = field(parseDeviceId, DEVICE_ID);

export const PHONE = {
  type: 'string',
  pattern: PHONE_PATTERN.source,
  description: 'A phone number in E.164 form.',
  examples: [ADA.phone],
} as const;

export const NAME = {
  type: 'string',
  minLength: 1,
  maxLength: NAME_MAX_LENGTH,
  description: 'The name of the person, without control characters.',
  examples: [ADA.name],
} as const;

export function parseString(input: unknown): string {
  if (typeof input !== 'string') throw new ValidationFailed('must be a string');
  return input;
}

export const PREFERENCES = {
  title: 'Preferences',
  type: 'object',
  description:
    `A JSON object of at most ${PREFERENCES_MAX_BYTES} bytes and at most ${PREFERENCES_MAX_DEPTH} levels. ` +
    'No member may be named `__proto__`, `constructor` or `prototype`. ' +
    'Each number must be one that a double holds exactly.',
  examples: [ADA.preferences],
} as const;

export const preferences = field(parsePreferences, PREFERENCES);

export const preferencesPatch = field(parsePreferencesPatch, {
  ...PREFERENCES,
  title: 'PreferencesPatch',
  description: `An RFC 7396 merge patch: \`null\` removes a member. ${PREFERENCES.description}`,
  examples: [{ theme: null, language: 'de' }],
});

export const registration = members({
  email,
  password: newPassword,
  device_id: deviceId,
  phone: optional(parsePhone, PHONE),
  name: optional(parseName, NAME),
  preferences: optional(parsePreferences, PREFERENCES),
}).meta({ title: 'Registration', description: 'A new user.', examples: [ADA] });

export const credentials = members({
  email: loginEmail,
  password,
  device_id: deviceId,
  // A token that is malformed, unknown or of another account counts as none.
  device_token: optional((input) => toDeviceToken(parseString(input)), {
    type: 'string',
    description:
      'The `device_token` that an earlier login of this account on this device was answered with. ' +
      'A token that is malformed, unknown or of another account counts as none.',
    examples: [DEVICE_TOKEN],
  }),
}).meta({
  title: 'Credentials',
  description: 'What a user logs in with.',
  examples: [{ email: ADA.email, password: ADA.password, device_id: ADA.device_id }],
});

export const refresh = members({
  // The use case parses it, so a malformed token gets the same answer as an unknown one.
  refresh_token: field(parseString, {
    type: 'string',
    description: 'The newest refresh token of the session.',
    examples: [REFRESH_TOKEN],
  }),
}).meta({
  title: 'Refresh',
  description: 'The refresh token of a session.',
  examples: [{ refresh_token: REFRESH_TOKEN }],
});

export const profilePatch = members({
  name: patched(parseName, NAME),
  phone: patched(parsePhone, PHONE),
}).meta({
  title: 'ProfilePatch',
  description: 'An RFC 7396 merge patch: `null` removes a member.',
  examples: [{ name: 'Ada King', phone: null }],
});

export const passwordChange = members({
  current_password: password,
  new_password: newPassword,
  device_id: optional(parseDeviceId, {
    ...DEVICE_ID,
    description: `${DEVICE_ID.description} Without it, the session stays on its device.`,
  }),
}).meta({
  title: 'PasswordChange',
  description: 'The password in force, and the next one.',
  examples: [{ current_password: ADA.password, new_password: 'a longer horse battery staple' }],
});

export const deletion = members({ password }).meta({
  title: 'Deletion',
  description: 'Proves that the user is the one who wants it.',
  examples: [{ password: ADA.password }],
});

const challenge = field(parseString, {
  type: 'string',
  description: 'The `challenge` that the request for the code was answered with.',
  examples: [CHALLENGE],
});

const code = field(parseString, {
  type: 'string',
  description: 'The code from the mail. Case, hyphens and spaces do not matter.',
  examples: [CODE],
});

export const passwordResetRequest = members({ email: loginEmail }).meta({
  title: 'PasswordResetRequest',
  description: 'Whose password is forgotten.',
  examples: [{ email: ADA.email }],
});

export const passwordReset = members({ challenge, code, new_password: newPassword }).meta({
  title: 'PasswordReset',
  description: 'The code from the mail, and the next password.',
  examples: [{ challenge: CHALLENGE, code: CODE, new_password: 'a longer horse battery staple' }],
});

export const emailChange = members({ email, password }).meta({
  title: 'EmailChange',
  description: 'The new address, and the password in force.',
  examples: [{ email: 'ada@example.org', password: ADA.password }],
});

export const proofOfAddress = members({ challenge, code }).meta({
  title: 'ProofOfAddress',
  description: 'The code from a mail.',
  examples: [{ challenge: CHALLENGE, code: CODE }],
});

/** OAuth 2.0 ignores members that it does not know, such as those by which a client authenticates itself. */
export const heldToken = z
  .object({
    token: z
      .string({ error: 'is required' })
      .meta({ description: 'The token or refresh token that the caller holds.', examples: [TOKEN] }),
    token_type_hint: z
      .string()
      .optional()
      .meta({ description: 'It changes nothing: the service recognises a token by its form.' }),
  })
  .meta({ title: 'HeldToken', description: 'A form with a token.', examples: [{ token: TOKEN }] });
