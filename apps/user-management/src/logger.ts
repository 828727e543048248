import type { Settings } from '@user-management/settings';
import { pino } from 'pino';
import pretty from 'pino-pretty';

/**
 * JSON lines on standard output, or coloured ones for people. Nothing secret is passed to a logger in the first place; the redaction is the
 * second line of defence, for a header or a password that an error drags along.
 */
export function createLogger({ level, format }: Settings['log']) {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  return format === 'json' ? pino(options) : pino(options, pretty({ ignore: 'pid,hostname', sync: true }));
}

const SECRETS = ['authorization', 'password', 'password_hash', 'passwordHash', 'token'];
