export * from './node-secrets.ts';
export * from './random-identifiers.ts';
