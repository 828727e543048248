import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { problem } from '../schemas/answers.ts';
import { routes } from '../testing/api.ts';
import { call } from '../testing/client.ts';
import { startService } from '../testing/service.ts';

interface Described {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly example?: unknown; readonly examples?: object }>>;
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly requestBody?: Described;
  readonly responses: Readonly<Record<string, Described>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

interface Description {
  readonly openapi: string;
  readonly paths: Paths;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

const operations = (paths: Paths): readonly Operation[] =>
  Object.values(paths).flatMap((path) => Object.values(path));

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
        preferences: { type: ['object', 'null'] },
      },
    });
  });

  it('names the problems that follow from what a route asks for', async () => {
    const { paths } = await readDescription();
    const statuses = (path: string, method: string) => Object.keys(paths[path]?.[method]?.responses ?? {});
    const withBody = ['400', '413', '415', '422'];
    expect(statuses('/v1/users/{user_id}/preferences', 'patch')).toEqual(
      ['200', '401', '403', '404', '412', '500', '503', ...withBody].sort(),
    );
    expect(statuses('/v1/users/me', 'get')).toEqual(['200', '304', '400', '401', '412', '500', '503']);
    expect(statuses('/v1/users/register', 'post')).toEqual(
      ['201', '202', '409', '429', '500', '503', ...withBody].sort(),
    );
    expect(statuses('/livez', 'get')).toEqual(['200', '304', '400', '412', '500']);
  });

  it('says in complete sentences what an operation does and what its answers mean', async () => {
    const { paths } = await readDescription();
    for (const { summary, description, responses } of operations(paths)) {
      expect(summary).toMatch(/^[A-Z][^.]*$/);
      for (const text of [description, ...Object.values(responses).map((response) => response.description)]) {
        expect(text).toMatch(/^[`A-Z][^]*\.$/);
      }
    }
  });

  it('gives an example for each body, and one for each problem', async () => {
    const { paths } = await readDescription();
    for (const { operationId, requestBody, responses } of operations(paths)) {
      const bodies = [requestBody, ...Object.values(responses)].flatMap((one) =>
        Object.values(one?.content ?? {}),
      );
      for (const body of bodies) {
        expect(body.example ?? body.examples, operationId).toBeDefined();
      }
    }
  });

  it('has the version of the service', async () => {
    expect(await readDescription()).toMatchObject({ info: { version: '1.2.3' } });
  });
});

describe('the examples', () => {
  it.each(routes)(
    'of $operationId are valid by the schemas that validate its requests and answers',
    (route) => {
      const bodies = route.body ? [{ schema: route.body.schema, example: undefined }] : [];
      const answers = Object.values(route.answers).map(({ schema, example }) => ({
        schema: schema?.(),
        example,
      }));
      for (const { schema, example } of [...bodies, ...answers]) {
        if (!schema) continue;
        const examples = [
          ...((schema.meta()?.['examples'] ?? []) as unknown[]),
          ...(example ? [example] : []),
        ];
        expect(examples).not.toEqual([]);
        for (const one of examples) expect(schema.safeParse(one)).toMatchObject({ success: true });
      }
    },
  );

  it('of the problems are problems', async () => {
    const { components } = await readDescription();
    expect(Object.keys(components.examples)).toContain('email-taken');
    for (const { value } of Object.values(components.examples))
      expect(problem().strict().parse(value)).toEqual(value);
  });
});
