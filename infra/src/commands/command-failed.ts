/** A command that cannot do what it was asked to; its message is for the person who typed it. */
export class CommandFailed extends Error {}
