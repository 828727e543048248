import type { Rate } from '@user-management/domain';

/** A limit that no test meets by accident. */
export const sampleMailRate: Rate = { name: 'mail', limit: 1_000, seconds: 3_600 };
