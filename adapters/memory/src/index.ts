export * from './memory-token-store.ts';
export * from './memory-user-cache.ts';
export * from './memory-users.ts';
export * from './test-clock.ts';
