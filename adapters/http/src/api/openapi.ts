import * as z from 'zod';
import { JSON_TYPE } from '../answer/answer.ts';
import { PROBLEM_TYPE } from '../answer/problem-answer.ts';
import { type ProblemCode, PROBLEMS } from '../answer/problems.ts';
import type { AnswerSpec, RouteDescription } from './route.ts';
import { problem } from '../schemas/answers.ts';

/** Of the API, not of the service: it changes with what clients can rely on. */
const API_VERSION = '1.0.0';

type Schemas = Map<string, object>;

/** The OpenAPI 3.1 description of the routes, made of the very data and schemas that serve them. */
export function describeApi(routes: readonly RouteDescription[]): object {
  const schemas: Schemas = new Map();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = describeRoute(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'User management',
      version: API_VERSION,
      description: 'Register, log in, read and update users.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(schemas),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

const describeRoute = (route: RouteDescription, schemas: Schemas) => ({
  operationId: route.operationId,
  summary: route.summary,
  security: route.access === 'public' ? [] : [{ bearer: [] }],
  parameters: parameters(route),
  ...(route.body && {
    requestBody: { required: true, content: content(route.body.mediaTypes, route.body.schema, schemas) },
  }),
  responses: { ...answers(route, schemas), ...problems(route, schemas) },
});

const text = { type: 'string' };

const parameters = ({ path, condition }: RouteDescription) => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text })),
  ...(condition
    ? [{ name: condition, in: 'header', schema: text, description: 'Entity tags, or `*`.' }]
    : []),
  {
    name: 'X-Request-Id',
    in: 'header',
    schema: text,
    description: 'Comes back with the answer, and is in the log.',
  },
];

function answers({ answers, condition }: RouteDescription, schemas: Schemas): Record<string, object> {
  const described = Object.entries(answers).map(([status, spec]) => [status, describeAnswer(spec, schemas)]);
  if (condition === 'If-None-Match') {
    described.push([
      '304',
      describeAnswer({ description: 'What the client holds will do.', headers: ['ETag'] }, schemas),
    ]);
  }
  return Object.fromEntries(described) as Record<string, object>;
}

const describeAnswer = (spec: AnswerSpec, schemas: Schemas) => ({
  description: spec.description,
  headers: headers(['X-Request-Id', ...(spec.headers ?? [])]),
  ...((spec.schema ?? spec.mediaType) && {
    content: content([spec.mediaType ?? JSON_TYPE], spec.schema ?? z.string(), schemas),
  }),
});

const headers = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { schema: text }]));

/** The problems of a route, by status; several codes may share one. */
function problems(route: RouteDescription, schemas: Schemas): Record<string, object> {
  const byStatus = Object.groupBy(problemCodes(route), (code) => PROBLEMS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        headers: headers(['X-Request-Id', ...problemHeaders(codes)]),
        content: content([PROBLEM_TYPE], problem, schemas),
      },
    ]),
  );
}

function problemCodes({ access, body, condition, problems = [] }: RouteDescription): ProblemCode[] {
  const codes: ProblemCode[] = [...problems, 'internal-error'];
  if (access !== 'public') codes.push('unauthenticated', 'dependency-unavailable');
  if (access === 'own-user') codes.push('forbidden');
  if (body) codes.push('malformed-json', 'payload-too-large', 'unsupported-media-type', 'validation-failed');
  if (condition === 'If-Match') codes.push('precondition-failed');
  return codes;
}

function problemHeaders([code]: readonly ProblemCode[]): string[] {
  const status = code && PROBLEMS[code].status;
  return status === 401 ? ['WWW-Authenticate'] : status === 503 ? ['Retry-After'] : [];
}

function content(mediaTypes: readonly string[], schema: z.ZodType, schemas: Schemas): Record<string, object> {
  const described = reference(schema, schemas);
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema: described }]));
}

/** A schema with a title is written down once, under that name. */
function reference(schema: z.ZodType, schemas: Schemas): object {
  const { $schema, ...described } = z.toJSONSchema(schema, { io: 'input' });
  const { title } = described;
  if (title === undefined) return described;
  schemas.set(title, described);
  return { $ref: `#/components/schemas/${title}` };
}
