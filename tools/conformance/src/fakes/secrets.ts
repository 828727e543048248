import { NodeSecrets } from '@user-management/crypto';
import type { Secrets } from '@user-management/domain';

/** The real ones: they are fast, and they need nothing. */
export const sampleSecrets: Secrets = new NodeSecrets();
