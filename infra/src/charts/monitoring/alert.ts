export interface Alert {
  /** The name is also that of its page in docs/runbooks. */
  readonly name: string;
  readonly when: string;
  /** The time for which the condition must hold. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}
