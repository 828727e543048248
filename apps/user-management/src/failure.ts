import { Argon2Unavailable } from '@user-management/argon2';
import { FileProblem } from '@user-management/files';
import { InvalidSettings } from '@user-management/settings';

/** Exit codes of sysexits.h. They tell a supervisor whether a restart can help. */
export const EX_UNAVAILABLE = 69;
export const EX_SOFTWARE = 70;
export const EX_CONFIG = 78;

/** The service cannot start. The message tells a person the reason and the remedy. */
export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** A restart does not help against a wrong setting, or against a CPU that is too old for the image. */
export function exitCode(error: unknown): number {
  if (error instanceof StartFailure) return error.exitCode;
  const refused = [InvalidSettings, FileProblem, Argon2Unavailable].some((kind) => error instanceof kind);
  return refused ? EX_CONFIG : 1;
}
