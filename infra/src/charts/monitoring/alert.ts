export interface Alert {
  /** Also of its page in docs/runbooks. */
  readonly name: string;
  readonly when: string;
  /** How long it has to be so. */
  readonly for: string;
  readonly severity: 'critical' | 'warning';
  readonly summary: string;
  readonly description: string;
}
