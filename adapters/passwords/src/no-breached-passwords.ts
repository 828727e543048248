import type { BreachedPasswords } from '@user-management/domain';

/** Knows no password: nothing leaves the service. */
export const noBreachedPasswords: BreachedPasswords = { has: () => Promise.resolve(false) };
