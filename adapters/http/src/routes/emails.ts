import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { challengedAnswer } from '../answer/views.ts';
import { ofOwnUser } from '../api/own-user.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { proofOf } from '../request/proof.ts';
import { challenged } from '../schemas/answers.ts';
import { emailChange, proofOfAddress } from '../schemas/requests.ts';

const requestVerification = ofOwnUser({
  method: 'POST',
  path: '/email/verification',
  operationIds: ['requestMyEmailVerification', 'requestEmailVerification'],
  summary: 'Ask for a code to verify the email',
  description: 'Mails a code to the email of the user. A new code ends the one before.',
  answers: { 202: { description: 'A code is on its way.', schema: challenged } },
  problems: ['already-verified', 'mail-not-configured'],
  handle: async ({ caller }, { useCases }) =>
    challengedAnswer(await useCases.requestEmailVerification(caller)),
});

const requestChange = ofOwnUser({
  method: 'POST',
  path: '/email',
  operationIds: ['requestMyEmailChange', 'requestEmailChange'],
  summary: 'Ask for a code to change the email',
  description:
    'Mails a code to the new email, and a notice to the old one. The email changes with the code. The ' +
    'answer is the same if the new email is taken.',
  limited: 'address',
  body: { schema: emailChange, mediaTypes: [JSON_TYPE] },
  answers: { 202: { description: 'A code is on its way to the new email.', schema: challenged } },
  problems: ['wrong-password', 'rate-limited', 'mail-not-configured', 'overloaded'],
  handle: async ({ caller, body: { email, password } }, { useCases }) =>
    challengedAnswer(await useCases.requestEmailChange(caller, email, password)),
});

const confirm = defineRoute({
  method: 'POST',
  path: '/v1/auth/email/confirm',
  operationId: 'confirmEmail',
  summary: 'Verify or change the email',
  description:
    'Takes the code from the mail that verifies an email, or from the mail to a new email. It needs no ' +
    'token, so another device can send it. A repeat of what succeeded gets 204 again.',
  access: 'public',
  limited: 'address',
  body: { schema: proofOfAddress, mediaTypes: [JSON_TYPE] },
  answers: { 204: { description: 'The email is verified or changed. The answer has no content.' } },
  problems: ['code-invalid', 'email-taken', 'mail-not-configured', 'dependency-unavailable'],
  async handle({ body, client }, { useCases }) {
    await useCases.confirmEmail(proofOf(body), client);
    return noContent;
  },
});

const undo = defineRoute({
  method: 'POST',
  path: '/v1/auth/email/undo',
  operationId: 'undoEmailChange',
  summary: 'Take a change of the email back',
  description:
    'Takes the code from the notice to the old email, for seven days. The old email is back, and every ' +
    'session of the user has ended.',
  access: 'public',
  limited: 'address',
  body: { schema: proofOfAddress, mediaTypes: [JSON_TYPE] },
  answers: { 204: { description: 'The old email is back. The answer has no content.' } },
  problems: ['code-invalid', 'email-taken', 'mail-not-configured', 'dependency-unavailable'],
  async handle({ body, client }, { useCases }) {
    await useCases.undoEmailChange(proofOf(body), client);
    return noContent;
  },
});

export const emails: RouteGroup = {
  name: 'Email',
  description: 'Verify the email of the own user, and change it.',
  routes: [...requestVerification, ...requestChange, confirm, undo],
};
