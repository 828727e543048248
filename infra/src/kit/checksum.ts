import { createHash } from 'node:crypto';

export const CHECKSUM = 'checksum/config';

/**
 * Annotates pods with the contents of their ConfigMap: a pod reads it once, so that a change has to replace
 * the pod.
 */
export const checksum = (
  data: Readonly<Record<string, string>>,
): Readonly<Record<typeof CHECKSUM, string>> => ({
  [CHECKSUM]: createHash('sha256')
    .update(JSON.stringify(Object.entries(data).sort()))
    .digest('hex'),
});
