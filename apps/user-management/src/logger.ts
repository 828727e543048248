import type { Settings } from '@user-management/settings';
import { type LoggerOptions, pino } from 'pino';

/**
 * JSON lines on standard output, or coloured ones for people. Nothing secret is passed to a logger in the
 * first place; the redaction is the second line of defence, for a header or a password that an error drags
 * along.
 */
export async function createLogger({ level, format }: Settings['log']) {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  if (format === 'json') return pino({ ...options, formatters: { level: (label) => ({ level: label }) } });
  // Only where people read along, which is not where start and memory count.
  const { default: pretty } = await import('pino-pretty');
  return pino(options, pretty({ sync: true }));
}

const SECRETS = ['authorization', 'password', 'password_hash', 'passwordHash', 'token'];
