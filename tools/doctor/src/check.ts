/**
 * What a check found. A warning names a risk that stops nothing. `saw` of a check that was not made is the
 * reason.
 */
export type Finding =
  | { readonly status: 'ok'; readonly saw: string }
  | { readonly status: 'failed' | 'warning'; readonly saw: string; readonly mend: string }
  | { readonly status: 'skipped'; readonly saw: string };

/** Examines one thing about a patient: a cluster, or what the variables lead to. It changes nothing. */
export interface Check<Patient> {
  readonly name: string;
  /** Names of earlier checks. When one of them failed or was not made, this one is not made. */
  readonly needs: readonly string[];
  /** An error that it throws is a failure too, with the command of `mend`. */
  examine(patient: Patient, signal: AbortSignal): Promise<Finding> | Finding;
  /** The command that mends the usual fault, for errors that `examine` throws. */
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
