export * from './declaration/database-url.ts';
export type { Mailbox } from './declaration/mail.ts';
export type { Node, Parser } from './declaration/parsers.ts';
export * from './declaration/secret.ts';
export * from './declaration/variable.ts';
export * from './declaration/variables.ts';
export * from './docs/configuration-table.ts';
export type { Warn } from './reading/follow-file.ts';
export * from './reading/read-settings.ts';
