export { Argon2Hasher, type Argon2Options } from './argon2-hasher.ts';
export type { HashObserver } from './hash-queue.ts';
export { argon2Build, Argon2Unavailable } from './load-argon2.ts';
export type { Argon2Parameters } from './phc.ts';
