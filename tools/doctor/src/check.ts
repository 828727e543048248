/**
 * The result of a check. A warning names a risk that stops nothing. `saw` of a skipped check is the reason.
 */
export type Finding =
  | { readonly status: 'ok'; readonly saw: string }
  | { readonly status: 'failed' | 'warning'; readonly saw: string; readonly mend: string }
  | { readonly status: 'skipped'; readonly saw: string };

/**
 * Examines one aspect of a patient: a cluster, or the servers that the variables name. It changes nothing.
 */
export interface Check<Patient> {
  readonly name: string;
  /** Names of earlier checks. When one of them failed or was skipped, this check is skipped. */
  readonly needs: readonly string[];
  /** A thrown error counts as a failure with the command of `mend`. */
  examine(patient: Patient, signal: AbortSignal): Promise<Finding> | Finding;
  /** The command against the usual cause of an error that `examine` throws. */
  mend(patient: Patient): string;
}

export interface Group<Patient> {
  readonly title: string;
  readonly checks: readonly Check<Patient>[];
}

export const ok = (saw: string): Finding => ({ status: 'ok', saw });
export const failed = (saw: string, mend: string): Finding => ({ status: 'failed', saw, mend });
export const warning = (saw: string, mend: string): Finding => ({ status: 'warning', saw, mend });
export const skipped = (why: string): Finding => ({ status: 'skipped', saw: why });
