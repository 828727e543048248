import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { routes } from '../routes/index.ts';
import { call } from '../testing/client.ts';
import { startService } from '../testing/service.ts';

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { responses: object; requestBody?: object }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function readDescription(): Promise<Description> {
  const { text } = await call(await startService(), 'GET', '/openapi.json');
  return JSON.parse(text) as Description;
}

describe('GET /openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const description = await readDescription();
    const { valid, errors } = await new Validator().validate({ ...description });
    expect(errors).toBeUndefined();
    expect(valid).toBe(true);
    expect(description.openapi).toMatch(/^3\.1\./);
  });

  it('describes every route and no other', async () => {
    const { paths } = await readDescription();
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('takes the limits of a registration from the domain', async () => {
    const { components } = await readDescription();
    expect(components.schemas['Registration']).toMatchObject({
      additionalProperties: false,
      required: ['email', 'password', 'device_id'],
      properties: {
        email: { type: 'string', maxLength: 254 },
        password: { type: 'string', minLength: 8, maxLength: 256 },
        device_id: { minLength: 1, maxLength: 128 },
        phone: { pattern: '^\\+[1-9]\\d{1,14}$' },
        name: { minLength: 1, maxLength: 200 },
        preferences: { type: 'object' },
      },
    });
  });

  it('names the problems that follow from what a route asks for', async () => {
    const { paths } = await readDescription();
    const statuses = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {});
    expect(statuses('/v1/users/{user_id}/preferences', 'patch')).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '412',
      '413',
      '415',
      '422',
      '500',
      '503',
    ]);
    expect(statuses('/v1/users/me', 'get')).toEqual(['200', '304', '401', '404', '500', '503']);
    expect(statuses('/v1/users/register', 'post')).toEqual([
      '201',
      '400',
      '409',
      '413',
      '415',
      '422',
      '500',
      '503',
    ]);
  });
});
