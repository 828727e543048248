import type { ChallengeToken } from '../model/challenge.ts';
import { type Code, codeOf } from '../model/code.ts';
import type { Sealed } from '../model/digest.ts';
import type { MailPolicy } from '../model/mail-policy.ts';
import type { Secrets } from '../ports/secrets.ts';

type Key = Pick<MailPolicy, 'secretKey'>;

/**
 * The code of a challenge. Every replica derives the same one, and nothing is stored. Without the key of the
 * replicas, the token does not give the code.
 */
export const codeFor = (secrets: Secrets, { secretKey }: Key, token: ChallengeToken): Code =>
  codeOf(secrets.digest(secrets.derive(secretKey, `code ${token}`)));

export const sealToken = (secrets: Secrets, { secretKey }: Key, token: ChallengeToken): Sealed =>
  secrets.seal(secrets.derive(secretKey, 'outbox'), token);

/** @returns `undefined` when the key of the replicas has changed since. */
export const unsealToken = (
  secrets: Secrets,
  { secretKey }: Key,
  sealed: Sealed,
): ChallengeToken | undefined =>
  secrets.unseal(secrets.derive(secretKey, 'outbox'), sealed) as ChallengeToken | undefined;
