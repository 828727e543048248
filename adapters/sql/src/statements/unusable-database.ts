/**
 * The database answers, but the service cannot use it. A retry does not help: a person must repair the
 * database.
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
