import { Argon2Unavailable } from '@user-management/argon2';
import { InvalidSettings } from '@user-management/settings';

/** Exit codes of sysexits.h, which tell a supervisor whether trying again can help. */
export const EX_UNAVAILABLE = 69;
export const EX_CONFIG = 78;

/** Why the service does not start: a message for the person who reads it, and the exit code. */
export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A wrong setting or a CPU older than the image is for a person to mend: starting again will not help. */
export function exitCode(error: unknown): number {
  if (error instanceof StartFailure) return error.exitCode;
  return error instanceof InvalidSettings || error instanceof Argon2Unavailable ? EX_CONFIG : 1;
}

/** The messages of an error and of what caused it, outermost first. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error instanceof AggregateError ? error.errors.map(explain).join('; ') : error.message;
  return error.cause === undefined ? own : `${own} (${explain(error.cause)})`;
}
