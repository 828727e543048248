/** A mistake in the command line. It is shown with the usage. */
export class Refused extends Error {}
