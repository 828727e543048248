export * from './kit/identity.ts';
