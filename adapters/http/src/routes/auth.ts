import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { loggedInAnswer, registeredAnswer } from '../answer/views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { loggedIn, registered } from '../schemas/answers.ts';
import { credentials, registration } from '../schemas/requests.ts';

const register = defineRoute({
  method: 'POST',
  path: '/v1/users/register',
  operationId: 'registerUser',
  summary: 'Register a user',
  description:
    'Creates a user and returns a token, so that the user is logged in at once. ' +
    'If two requests register the same email at the same time, exactly one succeeds.',
  access: 'public',
  body: { schema: registration, mediaTypes: [JSON_TYPE] },
  answers: { 201: { description: 'The user exists now.', schema: registered, headers: ['Location'] } },
  problems: ['email-taken', 'overloaded', 'dependency-unavailable'],
  async handle({ body: { password, device_id: deviceId, ...body } }, { useCases }) {
    const { email, phone = null, name = null, preferences = {} } = body;
    return registeredAnswer(
      await useCases.registerUser({ email, deviceId, phone, name, preferences }, password),
    );
  },
});

const logIn = defineRoute({
  method: 'POST',
  path: '/v1/auth/login',
  operationId: 'logIn',
  summary: 'Log in',
  description:
    'Checks the email and the password, and returns a new token. Older tokens of the user stay valid. ' +
    'An unknown email and a wrong password get the same answer.',
  access: 'public',
  body: { schema: credentials, mediaTypes: [JSON_TYPE] },
  answers: { 200: { description: 'The user is logged in.', schema: loggedIn } },
  problems: ['invalid-credentials', 'overloaded', 'dependency-unavailable'],
  async handle({ body: { email, password, device_id: deviceId } }, { useCases }) {
    return loggedInAnswer(await useCases.logIn({ email, password }, deviceId));
  },
});

const logOut = defineRoute({
  method: 'POST',
  path: '/v1/auth/logout',
  operationId: 'logOut',
  summary: 'Log out',
  description:
    'Revokes the token of the request. It is invalid at once, on every replica. Other tokens stay valid.',
  access: 'bearer',
  answers: { 204: { description: 'The token is revoked. The answer has no content.' } },
  async handle({ session }, { useCases }) {
    await useCases.logOut(session.token);
    return noContent;
  },
});

export const auth: RouteGroup = {
  name: 'Authentication',
  description: 'Get a token, and revoke it.',
  routes: [register, logIn, logOut],
};
