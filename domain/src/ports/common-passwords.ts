/** The passwords that people choose most, which attackers try first. Passes `describeCommonPasswords`. */
export interface CommonPasswords {
  /**
   * Whether the password is among them, at any case.
   * @param folded the whole password as `fold` returns it.
   */
  has(folded: string): boolean;
}
