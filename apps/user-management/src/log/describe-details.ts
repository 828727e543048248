import { describeError } from './describe-error.ts';

/** Names of members that hold a secret. Callers pass none to a logger: this limits a mistake. */
const SECRETS: ReadonlySet<string> = new Set([
  'authorization',
  'challenge',
  'current_password',
  'currentPassword',
  'device_token',
  'deviceToken',
  'new_password',
  'newPassword',
  'password',
  'password_hash',
  'passwordHash',
  'refresh_token',
  'refreshToken',
  'secret',
  'secret_key',
  'secretKey',
  'token',
]);

const HIDDEN = '[secret]';

/** Levels of objects. What is below them is left out. */
const DEEPEST = 5;

/**
 * The details of a line as they are logged: errors as `describeError` reduces them, and no member with the
 * name of a secret, at any level. The redaction of pino takes several times as long as the rest of a line.
 */
export function describeDetails(details: object, levels = DEEPEST): Record<string, unknown> {
  const described: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    described[name] = SECRETS.has(name) ? HIDDEN : describe(value, levels - 1);
  }
  return described;
}

function describe(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (levels === 0) return undefined;
  if (Array.isArray(value)) return value.map((item) => describe(item, levels - 1));
  return describeDetails(value, levels);
}
