import * as z from 'zod';

/** The JSON of successful answers, for the documentation; the tests hold every real answer against it. */

const userId = z
  .string()
  .regex(/^usr_[0-9a-f]{32}$/)
  .meta({ description: '`usr_` and a UUIDv7 in hex.' });
const timestamp = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ format: 'date-time', description: 'RFC 3339 in UTC with milliseconds.' });
const preferences = z.record(z.string(), z.unknown());

const auth = z.strictObject({
  token: z
    .string()
    .regex(/^atk_[A-Za-z0-9_-]{43}$/)
    .meta({ description: 'Send it as `Authorization: Bearer <token>`.' }),
  expires_in: z.int().positive().meta({ description: 'Seconds.' }),
});

export const registered = z
  .strictObject({
    user_id: userId,
    status: z.literal('created'),
    auth,
    email: z.string(),
    phone: z.string().nullable(),
    name: z.string().nullable(),
    device_id: z.string(),
    created_at: timestamp,
  })
  .meta({ title: 'Registered' });

export const loggedIn = z
  .strictObject({
    user_id: userId,
    status: z.literal('authenticated'),
    auth,
    email: z.string(),
    device_id: z.string(),
    last_login: timestamp,
  })
  .meta({ title: 'LoggedIn' });

export const user = z
  .strictObject({
    user_id: userId,
    email: z.string(),
    phone: z.string().nullable(),
    name: z.string().nullable(),
    device_id: z.string(),
    created_at: timestamp,
    updated_at: timestamp,
    last_login: timestamp.nullable(),
    preferences,
  })
  .meta({ title: 'User' });

export const userPreferences = z
  .strictObject({ user_id: userId, preferences, updated_at: timestamp })
  .meta({ title: 'UserPreferences' });

export const savedPreferences = z
  .strictObject({
    user_id: userId,
    status: z.literal('preferences_saved'),
    preferences,
    updated_at: timestamp,
  })
  .meta({ title: 'SavedPreferences' });

export const health = z
  .strictObject({
    status: z.enum(['ok', 'degraded', 'draining']),
    service: z.literal('user_management'),
    redis: z.enum(['connected', 'disconnected']),
  })
  .meta({ title: 'Health' });

export const probe = z
  .strictObject({ status: z.enum(['ok', 'degraded', 'draining']) })
  .meta({ title: 'Probe' });

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().meta({ description: 'What to branch on.' }),
    request_id: z.string(),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().meta({ description: 'A JSON Pointer into the body.' }),
          detail: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ title: 'Problem' });

export const apiDescription = z.looseObject({ openapi: z.string() });
