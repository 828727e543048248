export * from './embedded-common-passwords.ts';
export * from './no-breached-passwords.ts';
export * from './password-range-api.ts';
