export { MemoryChallenges } from './memory-challenges.ts';
export { MemoryEvents } from './memory-events.ts';
export { MemoryOutbox } from './memory-outbox.ts';
export { MemoryRateLimiter } from './memory-rate-limiter.ts';
export { MemorySessions } from './memory-sessions.ts';
export { createMemoryStore } from './memory-store.ts';
export { MemoryTokenStore } from './memory-token-store.ts';
export { LEASE_TTL_MS, MemoryUserCache } from './memory-user-cache.ts';
export { MemoryUsers } from './memory-users.ts';
