export * from './configuration-table.ts';
export * from './database-url.ts';
export type { Node, Parser } from './parsers.ts';
export * from './secret.ts';
export * from './settings.ts';
export * from './variable.ts';
export * from './variables.ts';
