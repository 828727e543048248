export { MemoryEvents } from './memory-events.ts';
export { MemorySessions } from './memory-sessions.ts';
export { MemoryTokenStore } from './memory-token-store.ts';
export { LEASE_TTL_MS, MemoryUserCache } from './memory-user-cache.ts';
export { MemoryUsers } from './memory-users.ts';
