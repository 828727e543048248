import {
  ACTOR_PATTERN,
  AUTH_TOKEN_PATTERN,
  CHALLENGE_PATTERN,
  DEVICE_TOKEN_PATTERN,
  EVENT_ID_PATTERN,
  EVENT_TYPES,
  MOST_FAULTS,
  REFRESH_TOKEN_PATTERN,
  SESSION_ID_PATTERN,
  USER_ID_PATTERN,
} from '@user-management/domain';
import * as z from 'zod';
import {
  ADA,
  CHALLENGE,
  DEVICE_TOKEN,
  EVENT_ID,
  LOGGED_IN_AT,
  REFRESH_TOKEN,
  REGISTERED_AT,
  SESSION_ID,
  TOKEN,
  USER_ID,
} from './examples.ts';

/**
 * The JSON of successful answers, for the documentation; the tests hold every real answer against it. Each is
 * a function, so that only the documentation makes the schemas, and not the start.
 */

const userId = () =>
  z.string().regex(USER_ID_PATTERN).meta({ description: 'The id of the user: `usr_` and a UUIDv7 in hex.' });
const timestamp = () =>
  z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
    .meta({ format: 'date-time', description: 'An RFC 3339 timestamp in UTC with milliseconds.' });
const seconds = (what: string) => z.int().meta({ description: `${what}, in seconds since 1970.` });
const preferences = () => z.record(z.string(), z.unknown());
const status = <T extends string>(value: T) =>
  z.literal(value).meta({ description: 'What the request did.' });

const auth = () =>
  z.strictObject({
    token: z
      .string()
      .regex(AUTH_TOKEN_PATTERN)
      .meta({ description: 'The token. Send it as `Authorization: Bearer <token>`.' }),
    expires_in: z.int().positive().meta({ description: 'The seconds until the token expires.' }),
    session_id: z
      .string()
      .regex(SESSION_ID_PATTERN)
      .meta({ description: 'The id of the session: `ses_` and a UUIDv7 in hex.' }),
    refresh_token: z
      .string()
      .regex(REFRESH_TOKEN_PATTERN)
      .optional()
      .meta({ description: 'Refreshes the session. It is missing when the service has refresh tokens off.' }),
    refresh_expires_in: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'The seconds until the session ends, unless it is idle for too long before.' }),
  });

const device = () =>
  z
    .strictObject({
      device_token: z.string().regex(DEVICE_TOKEN_PATTERN),
      expires_in: z.int().positive().meta({ description: 'The seconds until the device token expires.' }),
    })
    .meta({
      description:
        'Keep `device_token`, and send it with the next login on this device. Then failed logins of others ' +
        'do not make it wait. It is a secret.',
    });

const DEVICE = { device_token: DEVICE_TOKEN, expires_in: 15_552_000 };
const AUTH = {
  token: TOKEN,
  expires_in: 3600,
  session_id: SESSION_ID,
  refresh_token: REFRESH_TOKEN,
  refresh_expires_in: 2_592_000,
};
const PROFILE = { email: ADA.email, phone: ADA.phone, name: ADA.name, device_id: ADA.device_id };

export const registered = () =>
  z
    .strictObject({
      user_id: userId(),
      status: status('created'),
      auth: auth(),
      device: device(),
      email: z.string(),
      phone: z.string().nullable(),
      name: z.string().nullable(),
      device_id: z.string(),
      created_at: timestamp(),
    })
    .meta({
      title: 'Registered',
      description: 'The new user, with a token.',
      examples: [
        {
          user_id: USER_ID,
          status: 'created',
          auth: AUTH,
          device: DEVICE,
          ...PROFILE,
          created_at: REGISTERED_AT,
        },
      ],
    });

export const loggedIn = () =>
  z
    .strictObject({
      user_id: userId(),
      status: status('authenticated'),
      auth: auth(),
      device: device(),
      email: z.string(),
      device_id: z.string(),
      last_login: timestamp(),
    })
    .meta({
      title: 'LoggedIn',
      description: 'A new token for the user.',
      examples: [
        {
          user_id: USER_ID,
          status: 'authenticated',
          auth: AUTH,
          device: DEVICE,
          email: ADA.email,
          device_id: ADA.device_id,
          last_login: LOGGED_IN_AT,
        },
      ],
    });

export const authenticated = () =>
  z.strictObject({ auth: auth() }).meta({
    title: 'Authenticated',
    description: 'The tokens of a session.',
    examples: [{ auth: AUTH }],
  });

const session = () =>
  z.strictObject({
    session_id: z.string().regex(SESSION_ID_PATTERN),
    current: z.boolean().meta({ description: 'Whether the request belongs to this session.' }),
    device_id: z.string(),
    user_agent: z.string().nullable().meta({ description: 'What the client called itself at login.' }),
    ip: z.string().nullable().meta({ description: 'The address of the client at login.' }),
    created_at: timestamp(),
    last_seen_at: timestamp(),
    expires_at: timestamp(),
  });

const SESSION = {
  session_id: SESSION_ID,
  current: true,
  device_id: ADA.device_id,
  user_agent: 'curl/8.5.0',
  ip: '192.0.2.1',
  created_at: REGISTERED_AT,
  last_seen_at: LOGGED_IN_AT,
  expires_at: '2026-02-08T08:15:30.250Z',
};

export const challenged = () =>
  z
    .strictObject({
      challenge: z
        .string()
        .regex(CHALLENGE_PATTERN)
        .meta({ description: 'Keep it, and send it with the code from the mail. It is a secret.' }),
      expires_in: z.int().positive().meta({ description: 'The seconds until the code expires.' }),
    })
    .meta({
      title: 'Challenged',
      description: 'A code is on its way to the address, if the address may get one.',
      examples: [{ challenge: CHALLENGE, expires_in: 900 }],
    });

export const sessions = () =>
  z.strictObject({ sessions: z.array(session()) }).meta({
    title: 'Sessions',
    description:
      'The sessions of a user that are alive, the last seen first. `last_seen_at` is right to a minute.',
    examples: [{ sessions: [SESSION] }],
  });

export const USER = {
  user_id: USER_ID,
  ...PROFILE,
  email_verified_at: null,
  status: 'active',
  created_at: REGISTERED_AT,
  updated_at: REGISTERED_AT,
  password_changed_at: REGISTERED_AT,
  last_login: LOGGED_IN_AT,
  preferences: ADA.preferences,
};

export const user = () =>
  z
    .strictObject({
      user_id: userId(),
      email: z.string(),
      email_verified_at: timestamp().nullable(),
      status: z.enum(['active', 'disabled']).meta({ description: 'A disabled user cannot log in.' }),
      phone: z.string().nullable(),
      name: z.string().nullable(),
      device_id: z.string(),
      created_at: timestamp(),
      updated_at: timestamp(),
      password_changed_at: timestamp(),
      last_login: timestamp().nullable(),
      preferences: preferences(),
    })
    .meta({
      title: 'User',
      description: 'A user. Unknown values are `null`.',
      examples: [USER],
    });

const event = () =>
  z.strictObject({
    id: z.string().regex(EVENT_ID_PATTERN),
    type: z.enum(EVENT_TYPES).meta({ description: 'What happened. Later versions may have more types.' }),
    time: timestamp(),
    user_id: userId(),
    session_id: z
      .string()
      .regex(SESSION_ID_PATTERN)
      .nullable()
      .meta({ description: 'The session that the event is about, or the one that caused it.' }),
    actor: z
      .string()
      .regex(ACTOR_PATTERN)
      .meta({
        description:
          'Who caused it: `user`, `service:` and the name of another service, or `system` for the service ' +
          'itself or a sender that it cannot name.',
      }),
    ip: z.string().nullable().meta({ description: 'The address of the client.' }),
    user_agent: z.string().nullable().meta({ description: 'What the client called itself.' }),
    device_id: z.string().nullable(),
  });

const EVENT = {
  id: EVENT_ID,
  type: 'session.started',
  time: LOGGED_IN_AT,
  user_id: USER_ID,
  session_id: SESSION_ID,
  actor: 'user',
  ip: '192.0.2.1',
  user_agent: 'curl/8.5.0',
  device_id: ADA.device_id,
};

export const activity = () =>
  z
    .strictObject({
      events: z.array(event()),
      next_cursor: z
        .string()
        .nullable()
        .meta({ description: 'Send it as `cursor` to get the next page. `null`: there are no more events.' }),
    })
    .meta({
      title: 'Activity',
      description: 'What happened to an account, the newest first.',
      examples: [{ events: [EVENT], next_cursor: null }],
    });

export const eventList = () =>
  activity().meta({
    title: 'EventList',
    description: 'What happened to all accounts, the newest first.',
    examples: [{ events: [EVENT], next_cursor: EVENT_ID }],
  });

export const accountExport = () =>
  z.strictObject({ user: user(), sessions: z.array(session()), activity: z.array(event()) }).meta({
    title: 'AccountExport',
    description: 'What the service holds about a user, without secrets.',
    examples: [{ user: USER, sessions: [SESSION], activity: [EVENT] }],
  });

export const userPreferences = () =>
  z.strictObject({ user_id: userId(), preferences: preferences(), updated_at: timestamp() }).meta({
    title: 'UserPreferences',
    description: 'The preferences of a user.',
    examples: [{ user_id: USER_ID, preferences: ADA.preferences, updated_at: REGISTERED_AT }],
  });

export const savedPreferences = () =>
  z
    .strictObject({
      user_id: userId(),
      status: status('preferences_saved'),
      preferences: preferences(),
      updated_at: timestamp(),
    })
    .meta({
      title: 'SavedPreferences',
      description: 'The preferences of a user after a change.',
      examples: [
        {
          user_id: USER_ID,
          status: 'preferences_saved',
          preferences: { language: 'de' },
          updated_at: LOGGED_IN_AT,
        },
      ],
    });

const serviceStatus = () =>
  z
    .enum(['ok', 'degraded', 'draining'])
    .meta({ description: '`degraded`: Redis is lost. `draining`: the service is about to stop.' });

export const health = () =>
  z
    .strictObject({
      status: serviceStatus(),
      service: z.literal('user_management'),
      redis: z.enum(['connected', 'read-only', 'disconnected']),
    })
    .meta({
      title: 'Health',
      description: 'The state of the service and of its connection to Redis.',
      examples: [{ status: 'ok', service: 'user_management', redis: 'connected' }],
    });

const FILE_PROBLEM =
  'SERVICE_TOKENS_FILE is "/etc/service-tokens/list.json", which is refused. Line 3: sha256 must be a ' +
  'SHA-256 in hex.';

export const internalHealth = () =>
  health()
    .extend({
      files: z.array(
        z.strictObject({
          variable: z.string().meta({ description: 'The variable that names the file.' }),
          problem: z
            .string()
            .nullable()
            .meta({ description: 'Why the file is refused. `null`: its newest content is in force.' }),
        }),
      ),
    })
    .meta({
      title: 'InternalHealth',
      description: 'The state of the service, of its connection to Redis and of its files.',
      examples: [
        {
          status: 'ok',
          service: 'user_management',
          redis: 'connected',
          files: [{ variable: 'SERVICE_TOKENS_FILE', problem: FILE_PROBLEM }],
        },
      ],
    });

export const introspection = () =>
  z
    .union([
      z.strictObject({
        active: z.literal(true),
        sub: userId(),
        sid: z.string().regex(SESSION_ID_PATTERN).optional().meta({ description: 'The id of the session.' }),
        username: z.string().meta({ description: 'The email of the user.' }),
        email_verified: z.boolean().meta({ description: 'Whether the user has proven the email.' }),
        iat: seconds('When the token was issued'),
        exp: seconds('When the token expires'),
        auth_time: seconds('When the user logged in'),
        token_type: z.literal('Bearer'),
      }),
      z.strictObject({ active: z.literal(false) }),
    ])
    .meta({
      title: 'Introspection',
      description: 'What a token says (RFC 7662). An inactive one says nothing else.',
      examples: [
        {
          active: true,
          sub: USER_ID,
          sid: SESSION_ID,
          username: ADA.email,
          email_verified: true,
          iat: 1_769_933_730,
          exp: 1_769_937_330,
          auth_time: 1_769_933_730,
          token_type: 'Bearer',
        },
      ],
    });

export const probe = () =>
  z
    .strictObject({ status: serviceStatus() })
    .meta({ title: 'Probe', description: 'The state of the service.', examples: [{ status: 'ok' }] });

export const problem = () =>
  z
    .object({
      type: z.string().meta({ description: 'The kind of problem, as a URN.' }),
      title: z.string().meta({ description: 'The kind of problem, in words. It never changes.' }),
      status: z.int().meta({ description: 'The HTTP status.' }),
      detail: z.string().meta({ description: 'What is wrong with this request, for people.' }),
      code: z.string().meta({ description: 'The kind of problem. Clients branch on it.' }),
      request_id: z.string().meta({ description: 'The id of the request in the log of the service.' }),
      errors: z
        .array(
          z.strictObject({
            pointer: z.string().meta({ description: 'A JSON Pointer into the body of the request.' }),
            detail: z.string().meta({ description: 'What is wrong there.' }),
          }),
        )
        .max(MOST_FAULTS)
        .optional()
        .meta({ description: 'For `validation-failed`: the first problems, each with its place.' }),
    })
    .meta({ title: 'Problem', description: 'A problem (RFC 9457).' });

export const apiDescription = () =>
  z.looseObject({ openapi: z.string() }).meta({
    title: 'ApiDescription',
    description: 'An OpenAPI 3.1 document.',
    examples: [{ openapi: '3.1.0' }],
  });
