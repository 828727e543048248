import type { Limits } from '@user-management/domain';

/** Limits that no test meets by accident. */
export const sampleLimits: Limits = { mail: { name: 'mail', limit: 1_000, seconds: 3_600 } };
