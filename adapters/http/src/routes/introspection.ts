import { checkedAnswer, introspectionAnswer } from '../answer/caller-views.ts';
import { defineRoute, type RouteGroup } from '../api/route.ts';
import { FORM_TYPE } from '../request/body.ts';
import { introspection as introspected } from '../schemas/answers.ts';
import { heldToken } from '../schemas/requests.ts';

const introspect = defineRoute({
  method: 'POST',
  path: '/v1/introspect',
  operationId: 'introspect',
  summary: 'Ask whose token it is',
  description:
    'Token introspection of RFC 7662. The answer is as current as that to a request with the token itself. ' +
    'A refresh token is never active.',
  access: 'introspect',
  safe: true,
  body: { schema: heldToken, mediaTypes: [FORM_TYPE] },
  answers: { 200: { description: 'Whether the token works, and what it says.', schema: introspected } },
  problems: ['dependency-unavailable'],
  handle: ({ body, client }, { useCases }) =>
    useCases.introspect(body.token, client).then(introspectionAnswer),
});

const revoke = defineRoute({
  method: 'POST',
  path: '/v1/revoke',
  operationId: 'revoke',
  summary: 'Revoke a token',
  description:
    'Token revocation of RFC 7009. It ends the whole session of the token or refresh token, at once and on ' +
    'every replica. The answer is the same for a text that is no token.',
  access: 'introspect',
  body: { schema: heldToken, mediaTypes: [FORM_TYPE] },
  answers: { 200: { description: 'The token does not work. The answer has no content.' } },
  problems: ['dependency-unavailable'],
  async handle({ body, caller, client }, { useCases }) {
    await useCases.revokeToken(body.token, caller, client);
    return { status: 200, headers: {}, body: '' };
  },
});

const check = defineRoute({
  method: 'GET',
  path: '/v1/check',
  operationId: 'check',
  summary: 'Check the request of a client, for a proxy',
  description:
    'A proxy asks this before it lets a request through, and sends the `Authorization` header of the ' +
    'client. Other headers about the request change nothing.',
  access: 'bearer',
  answers: {
    204: {
      description: 'The token works. The headers say whose it is, and the answer has no content.',
      headers: ['X-User-Id', 'X-User-Email', 'X-Session-Id'],
    },
  },
  handle: ({ caller }) => checkedAnswer(caller),
});

export const introspection: RouteGroup = {
  name: 'Introspection',
  description: 'Whether a person is logged in, for other services and for proxies.',
  routes: [introspect, revoke, check],
};
