import { setTimeout as pause } from 'node:timers/promises';
import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { challengedAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { proofOf } from '../request/proof.ts';
import { refusedAt } from '../request/validation.ts';
import { challenged } from '../schemas/answers.ts';
import { passwordReset, passwordResetRequest } from '../schemas/requests.ts';

/**
 * Longer than the work takes. For an email that is registered there is more of it, a mail above all, and the
 * time of the answer must not tell that.
 */
const ANSWERED_AFTER_MS = 50;

const requestReset = defineRoute({
  method: 'POST',
  path: '/v1/auth/password-reset',
  operationId: 'requestPasswordReset',
  summary: 'Ask for a code to reset the password',
  description:
    'Mails a code to the user with this email. The answer is the same, after the same time, for an email ' +
    'that is not registered. A new code ends the one before.',
  access: 'public',
  limited: 'address',
  body: { schema: passwordResetRequest, mediaTypes: [JSON_TYPE] },
  answers: { 202: { description: 'If a user has this email, a code is on its way.', schema: challenged } },
  problems: ['mail-not-configured', 'dependency-unavailable'],
  async handle({ body: { email }, client }, { useCases }) {
    const asked = useCases.requestPasswordReset(email, client);
    const [issued] = await Promise.all([asked, pause(ANSWERED_AFTER_MS)]);
    return challengedAnswer(issued);
  },
});

const reset = defineRoute({
  method: 'POST',
  path: '/v1/auth/password-reset/confirm',
  operationId: 'resetPassword',
  summary: 'Reset the password',
  description:
    'Changes the password with the code from the mail, ends every session of the user and proves the ' +
    'email. It logs nobody in. A refused password leaves the code valid.',
  access: 'public',
  limited: 'address',
  body: { schema: passwordReset, mediaTypes: [JSON_TYPE] },
  answers: { 204: { description: 'The password is changed. The answer has no content.' } },
  problems: ['code-invalid', 'mail-not-configured', 'overloaded', 'dependency-unavailable'],
  async handle({ body, client }, { useCases }) {
    const changed = useCases.resetPassword(proofOf(body), body.new_password, client);
    await refusedAt('new_password', changed);
    return noContent;
  },
});

export const passwords: RouteGroup = {
  name: 'Forgotten passwords',
  description: 'Get back into an account whose password is lost.',
  routes: [requestReset, reset],
};
