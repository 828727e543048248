/**
 * The database answers, but it does not suit this service. Another try does not help: a person has to mend
 * it.
 */
export class UnusableDatabase extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UnusableDatabase';
  }
}

/**
 * @param actual what compares the emails now.
 * @param exact a collation for which only the same text is equal.
 */
export const adviseCollation = (actual: string, exact: string): string =>
  `The column users.email compares with ${actual}, for which different emails are equal. ` +
  `Give it the type text and the collation ${exact}.`;
