import { createHash } from 'node:crypto';

export const CHECKSUM = 'checksum/config';

/**
 * Annotates pods with a checksum of their ConfigMap. Pods read it only once, so a change must replace them.
 */
export const checksum = (
  data: Readonly<Record<string, string>>,
): Readonly<Record<typeof CHECKSUM, string>> => ({
  [CHECKSUM]: createHash('sha256')
    .update(JSON.stringify(Object.entries(data).sort()))
    .digest('hex'),
});
