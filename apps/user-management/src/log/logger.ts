import type { Settings } from '@user-management/settings';
import { type LoggerOptions, pino } from 'pino';
import { describeDetails } from './describe-details.ts';

/**
 * Logs JSON lines or coloured text to standard output. Callers pass no secret to a logger, and
 * `describeDetails` limits a mistake.
 */
export async function createLogger({ level, format }: Settings['log']) {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { log: (details) => describeDetails(details) },
    // pino's own serializer would make an `Object` of the description's type.
    serializers: { err: (description: unknown) => description },
  };
  if (format === 'json') {
    const formatters = { ...options.formatters, level: (label: string) => ({ level: label }) };
    const lines = pino.destination(GATHERED);
    const hooks: LoggerOptions['hooks'] = {
      logMethod(args, log, lineLevel) {
        log.apply(this, args);
        if (lineLevel >= WARNING) lines.flush();
      },
    };
    return pino({ ...options, formatters, hooks }, lines);
  }
  // pino-pretty costs memory and start time, so only the format for people loads it.
  const { prettyFactory } = await import('pino-pretty');
  const prettify = prettyFactory({});
  // pino-pretty's own stream would end the process when the reader of standard output is gone.
  return pino(options, { write: (line: string) => void process.stdout.write(prettify(line)) });
}

/**
 * Lines are gathered for up to 100 ms or until a warning, because each write wakes two threads up. A process
 * that is killed loses them. When nobody reads the output, 8 MiB of them are kept, and later ones are lost.
 */
const GATHERED = { sync: false, minLength: 4_096, periodicFlush: 100, maxLength: 8 * 1024 * 1024 };

const WARNING = pino.levels.values['warn'] ?? NaN;
