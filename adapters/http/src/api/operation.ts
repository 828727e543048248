import { IDEMPOTENCY_KEY_PATTERN } from '@user-management/domain';
import * as z from 'zod';
import { JSON_TYPE } from '../answer/answer.ts';
import { PROBLEM_TYPE } from '../answer/problem-answer.ts';
import { type ProblemCode, PROBLEMS } from '../answer/problems.ts';
import { problem } from '../schemas/answers.ts';
import { REQUEST_ID, SESSION_ID, USER_ID } from '../schemas/examples.ts';
import type { Components } from './components.ts';
import {
  type Access,
  type AnswerSpec,
  type BodySpec,
  conditionsOf,
  isScope,
  type RouteDescription,
} from './route-description.ts';
import { problemsOf } from './route-problems.ts';

export const describeOperation = (route: RouteDescription, components: Components) => ({
  operationId: route.operationId,
  summary: route.summary,
  description: described(route),
  security: security(route.access),
  parameters: parameters(route),
  ...bodyOf(route, components),
  responses: { ...answers(route, components), ...problems(route, components) },
});

const described = ({ access, description }: RouteDescription): string =>
  isScope(access) ? `${description} The service token needs the scope \`${access}\`.` : description;

function security(access: Access): object[] {
  if (access === 'public') return [];
  return [isScope(access) ? { service: [] } : { bearer: [] }];
}

const TEXT = { type: 'string' };

const parameters = (route: RouteDescription) => [
  ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: TEXT,
    ...IN_PATH[name as keyof typeof IN_PATH],
  })),
  ...(route.query ?? []).map(({ name, description, schema, example }) => ({
    name,
    in: 'query',
    description,
    schema,
    example,
  })),
  ...(route.headers ?? []).map((name) => ({ name, in: 'header', ...IN_HEADER[name] })),
  ...conditionsOf(route).map((name) => ({
    name,
    in: 'header',
    schema: TEXT,
    description: (route.method === 'GET' ? READ_IF : CHANGE_IF)[name],
    example: '"7"',
  })),
  {
    name: 'X-Request-Id',
    in: 'header',
    schema: TEXT,
    description: 'An id for this request. The answer repeats it, and the log of the service has it.',
    example: REQUEST_ID,
  },
];

const IN_PATH = {
  user_id: { description: 'The id of the user.', example: USER_ID },
  session_id: { description: 'The id of the session.', example: SESSION_ID },
};

const IN_HEADER = {
  'Idempotency-Key': {
    description:
      'A key that the client chooses. A repeat with the same key, email and password answers as the first ' +
      'request did, with a new session, for as long as the user exists.',
    schema: { ...TEXT, pattern: IDEMPOTENCY_KEY_PATTERN.source },
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  },
};

const READ_IF = {
  'If-Match': 'Entity tags, or `*`. The answer is 412 if the current version has none of them.',
  'If-None-Match': 'Entity tags, or `*`. The answer is 304 if the current version has one of them.',
};

const CHANGE_IF = {
  'If-Match': 'Entity tags, or `*`. The answer is 412 if the current version has none of them.',
  'If-None-Match': 'Entity tags, or `*`. The answer is 412 if the current version has one of them.',
};

const bodyOf = ({ body, lines }: RouteDescription, components: Components) => {
  const spec = lines ? { ...lines, mediaTypes: [lines.mediaType] } : body;
  return spec && { requestBody: requestBody(spec, components) };
};

const requestBody = ({ schema, mediaTypes }: BodySpec<unknown>, components: Components) => ({
  required: true,
  content: content(mediaTypes, schema, exampleOf(schema), components),
});

function answers(route: RouteDescription, components: Components): Record<string, object> {
  const described = Object.entries(route.answers).map(([status, spec]) => [
    status,
    answer(spec, components, limitHeaders(route)),
  ]);
  return Object.fromEntries([
    ...described,
    ...(route.method === 'GET' && conditionsOf(route).length > 0
      ? [['304', answer(NOT_MODIFIED, components)]]
      : []),
  ]) as Record<string, object>;
}

const NOT_MODIFIED: AnswerSpec = {
  description: 'The client holds the current version already. The answer has no content.',
  headers: ['ETag'],
};

function answer(spec: AnswerSpec, components: Components, more: readonly Header[] = []) {
  const { description, mediaType = JSON_TYPE } = spec;
  const schema = spec.schema?.();
  const example = spec.example ?? (schema && exampleOf(schema));
  return {
    description,
    headers: headers(['X-Request-Id', ...more, ...(spec.headers ?? [])], components),
    ...((schema ?? spec.mediaType) && {
      content: content([mediaType], schema ?? z.string(), example, components),
    }),
  };
}

/** The problems of a route by status. Several codes may share a status. */
function problems(route: RouteDescription, components: Components): Record<string, object> {
  const byStatus = Object.groupBy(problemsOf(route), (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].when}`).join('\n\n'),
        headers: headers(
          ['X-Request-Id', ...limitHeaders(route), ...problemHeaders(Number(status), route)],
          components,
        ),
        content: {
          [PROBLEM_TYPE]: { schema: components.schema(problem()), examples: examples(codes, components) },
        },
      },
    ]),
  );
}

const examples = (codes: readonly ProblemCode[], components: Components) =>
  Object.fromEntries(codes.map((code) => [code, components.problemExample(code)]));

function problemHeaders(status: number, { method, access }: RouteDescription): Header[] {
  if (status === 401 || (status === 403 && isScope(access))) return ['WWW-Authenticate'];
  if (status === 415) return [method === 'PATCH' ? 'Accept-Patch' : 'Accept', 'Accept-Encoding'];
  return status === 429 || status === 503 ? ['Retry-After'] : [];
}

const limitHeaders = ({ limited }: RouteDescription): Header[] =>
  limited ? ['RateLimit-Policy', 'RateLimit'] : [];

const content = (types: readonly string[], schema: z.ZodType, example: unknown, components: Components) =>
  Object.fromEntries(types.map((type) => [type, { schema: components.schema(schema), example }]));

/** The first example of the schema. */
const exampleOf = (schema: z.ZodType): unknown =>
  (schema.meta()?.['examples'] as readonly unknown[] | undefined)?.[0];

const HEADERS = {
  'X-Request-Id': 'The id of the request: the one that the client sent, or a new one.',
  ETag: 'The version of the user, for `If-Match` and `If-None-Match`.',
  Location: 'The path of the new user.',
  'Content-Disposition': 'Lets a browser save the answer as a file.',
  'X-User-Id': 'The id of the user.',
  'X-User-Email': 'The email of the user. Other characters than `A-Za-z0-9@._+-` are percent-encoded UTF-8.',
  'X-Session-Id': 'The id of the session. A token of an old version of the service has none.',
  'WWW-Authenticate': 'The challenge of RFC 6750.',
  'Retry-After': 'The seconds to wait before the request is repeated.',
  'RateLimit-Policy':
    'The limit for each client address: `q` requests in `w` seconds. It is missing where the limit is off, ' +
    'and if the request was not counted.',
  RateLimit: 'The rest of this limit: `r` requests now, and one more after `t` seconds.',
  Accept: 'The media types that this operation accepts, if the media type was wrong.',
  'Accept-Patch': 'The media types that this operation accepts, if the media type was wrong.',
  'Accept-Encoding': '`identity`, if the body had a content encoding.',
};
type Header = keyof typeof HEADERS;

const headers = (names: readonly Header[], components: Components) =>
  Object.fromEntries(names.map((name) => [name, components.header(name, HEADERS[name])]));
