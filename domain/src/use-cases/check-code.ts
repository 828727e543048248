import {
  type Challenge,
  type ChallengeToken,
  hasEnded,
  type Purpose,
  withAttempt,
  withoutAttempt,
} from '../model/challenge.ts';
import type { Code } from '../model/code.ts';
import { CodeInvalid, UserNotFound } from '../model/errors.ts';
import { codeFor } from './codes.ts';
import { type ChallengePorts, configured } from './issue-challenge.ts';

/** What came by mail, and what the one who asked for it was given. One without the other proves nothing. */
export interface ProofOfAddress {
  readonly token: ChallengeToken;
  readonly code: Code;
}

/**
 * Finds the challenge that a code answers. An attempt is counted before the code is compared, so replicas
 * together compare no more than five wrong codes. A right code is not used up here: what it changes does
 * that.
 * @throws {CodeInvalid | MailNotConfigured | DependencyUnavailable}
 */
export async function checkCode(
  { challenges, secrets, clock, mail }: ChallengePorts,
  { token, code }: ProofOfAddress,
  ...purposes: readonly Purpose[]
): Promise<Challenge> {
  const id = secrets.digest(token);
  const expected = codeFor(secrets, configured(mail), token);
  const challenge = await challenges.update(id, (current) => {
    if (!purposes.includes(current.purpose) || hasEnded(current, clock.now())) throw new CodeInvalid();
    return withAttempt(current);
  });
  if (!challenge) throw new CodeInvalid();
  if (!secrets.equal(secrets.digest(code), secrets.digest(expected))) throw new CodeInvalid();
  await challenges.update(id, withoutAttempt);
  return challenge;
}

/** The user was deleted meanwhile. */
export function asCodeInvalid(error: unknown): never {
  throw error instanceof UserNotFound ? new CodeInvalid() : error;
}
