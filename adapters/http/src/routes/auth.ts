import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { parseRefreshToken } from '@user-management/domain';
import { authAnswer, challengedAnswer, loggedInAnswer, registeredAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { deviceOf } from '../request/client.ts';
import { proofOf } from '../request/proof.ts';
import { refusedAt } from '../request/validation.ts';
import { authenticated, challenged, loggedIn, registered } from '../schemas/answers.ts';
import { credentials, proofOfAddress, refresh, registration } from '../schemas/requests.ts';

const register = defineRoute({
  method: 'POST',
  path: '/v1/users/register',
  operationId: 'registerUser',
  summary: 'Register a user',
  description:
    'Creates a user and returns a token, so that the user is logged in at once. ' +
    'If two requests register the same email at the same time, exactly one succeeds. ' +
    'Where the operators require a verified email (`REGISTRATION=verified`), it mails a code instead, and ' +
    'the user exists only after it. The answer is then the same if the email is taken.',
  access: 'public',
  limited: 'address',
  body: { schema: registration, mediaTypes: [JSON_TYPE] },
  headers: ['Idempotency-Key'],
  answers: {
    201: { description: 'The user exists now.', schema: registered, headers: ['Location'] },
    202: { description: 'A code is on its way to the email.', schema: challenged },
  },
  problems: ['email-taken', 'mail-not-configured', 'overloaded', 'dependency-unavailable'],
  async handle({ body: { password, device_id: deviceId, ...body }, client }, services) {
    const { useCases } = services;
    const { email, phone = null, name = null, preferences = {} } = body;
    const device = deviceOf(client, deviceId);
    const idempotencyKey = client.idempotencyKey();
    const applicant = { email, phone, name, preferences, device, idempotencyKey };
    if (services.registration === 'verified') {
      const applied = useCases.applyForRegistration(applicant, password);
      return challengedAnswer(await refusedAt('password', applied));
    }
    return registeredAnswer(await refusedAt('password', useCases.registerUser(applicant, password)));
  },
});

const confirmRegistration = defineRoute({
  method: 'POST',
  path: '/v1/users/register/confirm',
  operationId: 'confirmRegistration',
  summary: 'Finish a registration',
  description:
    'Takes the code from the mail of a registration, creates the user with a verified email, and logs them ' +
    'in.',
  access: 'public',
  limited: 'address',
  body: { schema: proofOfAddress, mediaTypes: [JSON_TYPE] },
  answers: { 201: { description: 'The user exists now.', schema: registered, headers: ['Location'] } },
  problems: ['code-invalid', 'email-taken', 'mail-not-configured', 'dependency-unavailable'],
  handle: async ({ body }, { useCases }) =>
    registeredAnswer(await useCases.confirmRegistration(proofOf(body))),
});

const logIn = defineRoute({
  method: 'POST',
  path: '/v1/auth/login',
  operationId: 'logIn',
  summary: 'Log in',
  description:
    'Checks the email and the password, and starts a session. Other sessions of the user stay alive, ' +
    'up to a limit: beyond it, the session that was not seen for the longest time ends. ' +
    'An unknown email and a wrong password get the same answer. ' +
    'After five wrong passwords in a row, a wait of 1, 2, 4 … 900 seconds follows each further one. Wrong ' +
    'passwords from other devices do not count for a login with a valid `device_token`.',
  access: 'public',
  limited: 'address',
  body: { schema: credentials, mediaTypes: [JSON_TYPE] },
  answers: { 200: { description: 'The user is logged in.', schema: loggedIn } },
  problems: ['invalid-credentials', 'rate-limited', 'overloaded', 'dependency-unavailable'],
  async handle(
    { body: { device_id: deviceId, device_token: deviceToken, ...credentials }, client },
    services,
  ) {
    const { logIn } = services.useCases;
    return loggedInAnswer(await logIn(credentials, deviceOf(client, deviceId), deviceToken));
  },
});

const refreshSession = defineRoute({
  method: 'POST',
  path: '/v1/auth/refresh',
  operationId: 'refreshSession',
  summary: 'Refresh a session',
  description:
    'Returns a new token and a new refresh token. The same refresh token gets the same answer again for a ' +
    'short grace, so a request whose answer was lost can be repeated. After the grace, a refresh token ' +
    'that was used before ends its session, because somebody else may have it.',
  access: 'public',
  limited: 'address',
  body: { schema: refresh, mediaTypes: [JSON_TYPE] },
  answers: { 200: { description: 'The new tokens of the session.', schema: authenticated } },
  problems: ['unauthenticated', 'refresh-token-reused', 'dependency-unavailable'],
  async handle({ body, client }, { useCases }) {
    return authAnswer(await useCases.refreshSession(parseRefreshToken(body.refresh_token), client));
  },
});

const logOut = defineRoute({
  method: 'POST',
  path: '/v1/auth/logout',
  operationId: 'logOut',
  summary: 'Log out',
  description:
    'Ends the session of the request with its token and refresh token, at once and on every replica. ' +
    'Other sessions stay alive.',
  access: 'bearer',
  answers: { 204: { description: 'The session is over. The answer has no content.' } },
  async handle({ caller }, { useCases }) {
    await useCases.logOut(caller);
    return noContent;
  },
});

export const auth: RouteGroup = {
  name: 'Authentication',
  description: 'Start a session, refresh it and end it.',
  routes: [register, confirmRegistration, logIn, refreshSession, logOut],
};
