import {
  parseDeviceId,
  parseEmail,
  parseName,
  parsePassword,
  parsePhone,
  parsePreferences,
  parsePreferencesPatch,
  ValidationFailed,
} from '@user-management/domain';
import { ADA } from './examples.ts';
import { field, members, optional, patched } from './field.ts';
import { DEVICE_ID, EMAIL, NAME, NEW_PASSWORD, parseString, PHONE, PREFERENCES } from './requests.ts';

/** What operators send about users. */

/** Longer than any hash that the service takes. */
const HASH_MAX_LENGTH = 512;

const METADATA = {
  ...PREFERENCES,
  title: 'Metadata',
  description: `Notes of operators, which the user never sees. ${PREFERENCES.description}`,
  examples: [{ plan: 'gold' }],
} as const;

const STATUS = {
  type: 'string',
  enum: ['active', 'disabled'],
  description: 'A disabled user cannot log in, and has no session.',
  examples: ['disabled'],
} as const;

const VERIFIED = {
  type: 'boolean',
  description: 'Whether the email is proven. `true` keeps the time of an earlier proof.',
  examples: [true],
} as const;

export const newUser = members({
  email: field(parseEmail, EMAIL),
  email_verified: optional(parseBoolean, VERIFIED),
  password: optional(parsePassword, NEW_PASSWORD),
  password_hash: optional(parseHash, {
    type: 'string',
    maxLength: HASH_MAX_LENGTH,
    description:
      'A hash of the password that another system made: argon2, bcrypt, scrypt or PBKDF2 as a PHC string. ' +
      'It stands instead of `password`. With neither, the user sets a password by a reset.',
    examples: ['$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  }),
  device_id: optional(parseDeviceId, DEVICE_ID),
  phone: optional(parsePhone, PHONE),
  name: optional(parseName, NAME),
  status: optional(parseStatus, STATUS),
  preferences: optional(parsePreferences, PREFERENCES),
  metadata: optional(parsePreferences, METADATA),
}).meta({
  title: 'NewUser',
  description: 'A user whom an operator adds.',
  examples: [{ email: ADA.email, email_verified: true, name: ADA.name, metadata: { plan: 'gold' } }],
});

const patch = (of: 'metadata' | 'preferences') =>
  patched(parsePreferencesPatch, {
    ...(of === 'metadata' ? METADATA : PREFERENCES),
    title: of === 'metadata' ? 'MetadataPatch' : 'PreferencesOfUserPatch',
    description: `A merge patch of the ${of}. \`null\` removes all of it.`,
  });

export const userPatch = members({
  email: field(parseEmail, EMAIL).optional(),
  email_verified: field(parseBoolean, VERIFIED).optional(),
  name: patched(parseName, NAME),
  phone: patched(parsePhone, PHONE),
  status: field(parseStatus, STATUS).optional(),
  metadata: patch('metadata'),
  preferences: patch('preferences'),
}).meta({
  title: 'UserPatch',
  description: 'An RFC 7396 merge patch: `null` removes a member.',
  examples: [{ status: 'disabled', metadata: { reason: 'asked by phone' } }],
});

function parseBoolean(input: unknown): boolean {
  if (typeof input !== 'boolean') throw new ValidationFailed('must be true or false');
  return input;
}

/** @throws {ValidationFailed} */
export function parseStatus(input: unknown): 'active' | 'disabled' {
  if (input === 'active' || input === 'disabled') return input;
  throw new ValidationFailed('must be active or disabled');
}

function parseHash(input: unknown): string {
  const hash = parseString(input);
  if (hash.length > HASH_MAX_LENGTH)
    throw new ValidationFailed(`must have at most ${HASH_MAX_LENGTH} characters`);
  return hash;
}
