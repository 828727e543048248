import { JSON_TYPE, noContent } from '../answer/answer.ts';
import { defineRoute } from '../api/route.ts';
import { loggedIn, registered } from '../schemas/answers.ts';
import { credentials, registration } from '../schemas/requests.ts';
import { loggedInAnswer, registeredAnswer } from '../answer/views.ts';

export const register = defineRoute({
  method: 'POST',
  path: '/v1/users/register',
  operationId: 'registerUser',
  summary: 'Make a user and log them in',
  access: 'public',
  body: { schema: registration, mediaTypes: [JSON_TYPE] },
  answers: { 201: { description: 'The user exists.', schema: registered, headers: ['Location'] } },
  problems: ['email-taken', 'overloaded', 'dependency-unavailable'],
  async handle({ body: { password, device_id: deviceId, ...body } }, { useCases }) {
    const { email, phone = null, name = null, preferences = {} } = body;
    return registeredAnswer(
      await useCases.registerUser({ email, deviceId, phone, name, preferences }, password),
    );
  },
});

export const logIn = defineRoute({
  method: 'POST',
  path: '/v1/auth/login',
  operationId: 'logIn',
  summary: 'Get a token for an email and a password',
  access: 'public',
  body: { schema: credentials, mediaTypes: [JSON_TYPE] },
  answers: { 200: { description: 'The token.', schema: loggedIn } },
  problems: ['invalid-credentials', 'overloaded', 'dependency-unavailable'],
  async handle({ body: { email, password, device_id: deviceId } }, { useCases }) {
    return loggedInAnswer(await useCases.logIn({ email, password }, deviceId));
  },
});

export const logOut = defineRoute({
  method: 'POST',
  path: '/v1/auth/logout',
  operationId: 'logOut',
  summary: 'Kill the token, at once and everywhere',
  access: 'bearer',
  answers: { 204: { description: 'The token is dead.' } },
  async handle({ session }, { useCases }) {
    await useCases.logOut(session.token);
    return noContent;
  },
});
