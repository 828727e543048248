/** What a check found. `saw` of a check that was not made is the reason. */
export type Finding =
  | { readonly status: 'ok'; readonly saw: string }
  | { readonly status: 'failed'; readonly saw: string; readonly mend: string }
  | { readonly status: 'skipped'; readonly saw: string };

/** One question about a patient: what somebody's settings lead to, or a cluster. It changes nothing. */
export interface Check<Patient> {
  readonly name: string;
  /** Names of earlier checks: unless all of them are well, this one is not made. */
  readonly needs: readonly string[];
  /** What it throws is a failure, too, which `mend` is for. */
  examine(patient: Patient, signal: AbortSignal): Promise<Finding> | Finding;
  /** The command that mends what usually is wrong, where `examine` knows no better. */
  mend(patient: Patient): string;
}

export interface Group<Patient> {
  readonly title: string;
  readonly checks: readonly Check<Patient>[];
}

export const ok = (saw: string): Finding => ({ status: 'ok', saw });
export const failed = (saw: string, mend: string): Finding => ({ status: 'failed', saw, mend });
export const skipped = (why: string): Finding => ({ status: 'skipped', saw: why });
