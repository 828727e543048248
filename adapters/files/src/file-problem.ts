/** A file cannot be used. The message tells operators why, and shows no value. */
export class FileProblem extends Error {}
