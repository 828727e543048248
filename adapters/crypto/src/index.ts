export * from './random-identifiers.ts';
