/** A command cannot do its work. The message is for the person who ran it. */
export class CommandFailed extends Error {}

/** The options of a command cannot be read. */
export class WrongOptions extends CommandFailed {}
