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
