import type { Secret } from './digest.ts';

/** How the service mails codes and notices. */
export interface MailPolicy {
  /** Codes are derived from it, so all replicas need the same. */
  readonly secretKey: Secret;
  /** How long the code of a reset works, in seconds. */
  readonly codeTtlReset: number;
  /** How long other codes work, in seconds. */
  readonly codeTtlVerify: number;
  /** Whether a login on a device without a session causes a notice. */
  readonly notifyNewDevice: boolean;
}

/** How long the owner of the old address can take a change of the address back, in seconds. */
export const UNDO_TTL = 604_800;
