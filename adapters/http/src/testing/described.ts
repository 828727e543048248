import { expect } from 'vitest';
import { PROBLEMS } from '../answer/problems.ts';
import { routes } from '../routes/index.ts';
import { problem } from '../schemas/answers.ts';
import type { Reply } from './client.ts';

/** Holds an answer against what every answer has to be, and against what its route says that it answers. */
export function expectDescribed(method: string, path: string, reply: Reply): void {
  expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  expect(reply.headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,128}$/);
  expect(reply.headers).not.toHaveProperty('x-powered-by');
  expect(reply.text).not.toContain('$argon2id$');
  if (reply.headers['content-type'] === 'application/problem+json') expectProblem(reply);
  else if (reply.text !== '') expectAnswer(method, path, reply);
}

function expectProblem({ status, headers, body }: Reply): void {
  expect(problem.strict().parse(body)).toMatchObject({ status, request_id: headers['x-request-id'] });
  expect(body['type']).toBe(`urn:problem:user-management:${String(body['code'])}`);
  expect(PROBLEMS).toHaveProperty([String(body['code']), 'status'], status);
}

function expectAnswer(method: string, path: string, { status, headers, body }: Reply): void {
  const route = routes.find((candidate) => candidate.method === method && covers(candidate.path, path));
  const spec = route?.answers[status];
  expect(spec, `${method} ${path} does not describe ${status}`).toBeDefined();
  for (const header of spec?.headers ?? []) expect(headers).toHaveProperty(header.toLowerCase());
  if (spec?.schema) expect(spec.schema.parse(body)).toEqual(body);
}

const covers = (template: string, path: string): boolean =>
  new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}(?:\\?|$)`).test(path);
