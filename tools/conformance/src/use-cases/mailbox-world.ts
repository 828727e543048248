import { type IssuedChallenge, type MailKind, parseCode, parsePassword } from '@user-management/domain';
import { anApplicant, client, password, phone, world } from './world.ts';

/** Another good password. */
export const next = parsePassword('a longer horse battery');

/** A code that is never right. */
export const wrong = parseCode('00000-00000');

export const DAY = 86_400_000;

/** A user, their mailbox, and every use case. */
export async function registered() {
  const parts = world();
  const applicant = anApplicant();
  const { user, auth } = await parts.registerUser(applicant, password);
  const caller = () => parts.authenticate(auth.token);
  /** What the owner of the mailbox answers to a challenge. */
  const proofIn = async ({ token }: IssuedChallenge, kind: MailKind) => {
    await parts.deliver();
    return { token, code: parseCode(parts.mailer.last(kind).code) };
  };
  const reset = async () => proofIn(await parts.requestPasswordReset(user.email, client), 'password-reset');
  const kinds = async () => {
    await parts.deliver();
    return parts.mailer.mails.splice(0).map(({ kind, to }) => [kind, to]);
  };
  const logIn = (candidate: typeof password) =>
    parts.logIn({ email: user.email, password: candidate }, phone);
  return { ...parts, applicant, user, auth, caller, proofIn, reset, kinds, logIn };
}

export type Registered = Awaited<ReturnType<typeof registered>>;
