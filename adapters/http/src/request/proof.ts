import { parseChallengeToken, parseCode, type ProofOfAddress } from '@user-management/domain';

/** @throws {CodeInvalid} also for what can be no challenge or no code. */
export const proofOf = (body: { readonly challenge: string; readonly code: string }): ProofOfAddress => ({
  token: parseChallengeToken(body.challenge),
  code: parseCode(body.code),
});
