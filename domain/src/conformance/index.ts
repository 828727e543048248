export * from './broken-caches.ts';
export * from './cached-users.ts';
export * from './interleavings.ts';
export * from './password-hasher.ts';
export * from './samples.ts';
export * from './token-store.ts';
export * from './user-cache.ts';
export * from './user-repository.ts';
