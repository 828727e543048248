import { expect } from 'vitest';
import type * as z from 'zod';
import { NDJSON_TYPE } from '../answer/answer.ts';
import { PROBLEMS } from '../answer/problems.ts';
import type { Route } from '../api/route.ts';
import type { AnswerSpec } from '../api/route-description.ts';
import { problemsOf } from '../api/route-problems.ts';
import { problem } from '../schemas/answers.ts';
import type { Reply } from './client.ts';

/** Holds an answer against what every answer has to be, and against what its route says that it answers. */
export function expectDescribed(routes: readonly Route[], method: string, path: string, reply: Reply): void {
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(reply.headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(reply.headers).not.toHaveProperty('x-powered-by');
  if (!path.endsWith('/export?hashes=true')) expect(reply.text).not.toContain('$argon2id$');
  const route = routeOf(routes, method, path);
  if (method === 'HEAD') expect(reply.text).toBe('');
  else if (reply.headers['content-type'] === 'application/problem+json') expectProblem(route, reply);
  else {
    if (reply.text !== '') expectAnswer(route, reply);
    if (route) expectDescribedHeaders(route, reply);
  }
}

const PROBLEM = problem().strict();

function expectProblem(route: Route | undefined, { status, headers, body }: Reply): void {
  expect(PROBLEM.parse(body)).toMatchObject({ status, request_id: headers['x-request-id'] });
  const code = String(body['code']);
  expect(body['type']).toBe(`urn:problem:user-management:${code}`);
  expect(PROBLEMS).toHaveProperty([code, 'status'], status);
  if (route) expect(problemsOf(route), `${route.operationId} does not declare ${code}`).toContain(code);
}

function expectAnswer(route: Route | undefined, { status, headers, body, text }: Reply): void {
  const spec = route?.answers[status];
  expect(spec, `${String(route?.operationId)} does not describe ${status}`).toBeDefined();
  for (const header of spec?.headers ?? []) expect(headers).toHaveProperty(header.toLowerCase());
  if (!spec?.schema) return;
  const values = spec.mediaType === NDJSON_TYPE ? linesIn(text) : [body];
  const schema = schemaOf(spec, spec.schema);
  for (const value of values) expect(schema.parse(value)).toEqual(value);
}

/** The headers of single answers. */
const HEADERS = ['ETag', 'Location', 'Content-Disposition', 'X-User-Id', 'X-User-Email', 'X-Session-Id'];

function expectDescribedHeaders({ operationId, answers }: Route, { status, headers }: Reply): void {
  const described = answers[status];
  if (!described) return;
  const sent = HEADERS.filter((name) => name.toLowerCase() in headers);
  expect(described.headers ?? [], `${operationId} does not describe a header`).toEqual(
    expect.arrayContaining(sent),
  );
}

/** Zod compiles a schema at its first use, which takes longer than a request. */
const compiled = new WeakMap<AnswerSpec, z.ZodType>();

function schemaOf(spec: AnswerSpec, create: () => z.ZodType): z.ZodType {
  const schema = compiled.get(spec) ?? create();
  compiled.set(spec, schema);
  return schema;
}

/** The values of an answer whose lines are JSON. */
export const linesIn = (text: string): readonly Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Where several paths match, the one without a parameter wins. */
function routeOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const matching = routes.filter((route) => covers(route.path, path));
  const literal = matching.filter((route) => !route.path.includes('{'));
  return (literal.length > 0 ? literal : matching).find((route) => route.method === method);
}

const covers = (template: string, path: string): boolean =>
  new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}(?:\\?|$)`).test(path);
