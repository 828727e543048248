import type { Settings } from '@user-management/settings';
import { type LoggerOptions, pino } from 'pino';
import { describeError } from './describe-error.ts';

/**
 * JSON lines on standard output, or coloured ones for people. Nothing secret is passed to a logger in the
 * first place. Two things make up for a mistake: errors are reduced to what `describeError` allows, under
 * whatever name they are passed, and members that are called like a secret are not shown.
 */
export async function createLogger({ level, format }: Settings['log']) {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: describeErrors },
    redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
  };
  if (format === 'json') {
    return pino({ ...options, formatters: { ...options.formatters, level: (label) => ({ level: label }) } });
  }
  // Only where people read along, which is not where start and memory count.
  const { prettyFactory } = await import('pino-pretty');
  const prettify = prettyFactory({});
  // pino-pretty's own stream ends the process when the reader of standard output is gone.
  return pino(options, { write: (line: string) => void process.stdout.write(prettify(line)) });
}

const SECRETS = ['authorization', 'password', 'password_hash', 'passwordHash', 'token'];

const describeErrors = (details: Record<string, unknown>): Record<string, unknown> =>
  Object.values(details).some((value) => value instanceof Error)
    ? Object.fromEntries(Object.entries(details).map(([name, value]) => [name, described(value)]))
    : details;

const described = (value: unknown): unknown => (value instanceof Error ? describeError(value) : value);
