import { describe, expect, it } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const post = (service: Service, body: string | Buffer, path = '/v1/users/register'): Promise<Reply> =>
  call(service, 'POST', path, { body, headers: { 'content-type': 'application/json' } });

const refused = (...errors: { pointer: string; detail?: unknown }[]) => ({
  status: 422,
  body: { code: 'validation-failed', errors },
});

const RESERVED = 'must have another name, this one is reserved';

describe('a registration', () => {
  it.each([
    ['email', 'ada'],
    ['email', 'ada@example'],
    ['email', 'a b@example.com'],
    ['email', `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`],
    ['email', 17],
    ['email', { __proto__: null, at: 'example.com' }],
    ['password', 'seven77'],
    ['password', 'x'.repeat(257)],
    ['password', '\ud800'.repeat(8)],
    ['device_id', ''],
    ['device_id', 'x'.repeat(129)],
    ['device_id', 'a b'],
    ['device_id', 'a\u0000b'],
    ['phone', '030 123456'],
    ['phone', '+0301234567'],
    ['phone', '+1234567890123456'],
    ['name', ''],
    ['name', 'x'.repeat(201)],
    ['name', 'A\u0000B'],
    ['name', 'A\u0007B'],
    ['preferences', []],
    ['preferences', 'dark'],
    ['preferences', { long: 'x'.repeat(16 * 1024) }],
  ])('is refused for a bad %s (%j)', async (member, value) => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, [member]: value } });
    expect(reply).toMatchObject(refused({ pointer: `/${member}`, detail: expect.stringMatching(/^must /) }));
  });

  it.each([
    ['email', `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.org`],
    ['password', '  spaced  '],
    ['password', '🔑🗝'.repeat(128)],
    ['device_id', '端末-1'],
    ['device_id', 'x'.repeat(128)],
    ['phone', '+123456789012345'],
    ['name', '👩🏽‍💻'.repeat(40)],
    ['preferences', { a: { b: { c: { d: {} } } } }],
    ['preferences', { x: 'y'.repeat(16 * 1024 - 8) }],
  ])('may have an unusual %s (%j)', async (member, value) => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, [member]: value } });
    expect(reply).toMatchObject({ status: 201 });
  });

  it.each(['phone', 'name', 'preferences'])(
    'may say null for %s, as if it were not there',
    async (member) => {
      const service = await startService();
      const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, [member]: null } });
      expect(reply).toMatchObject({ status: 201 });
      const { token } = (reply.body as { auth: { token: string } }).auth;
      const { body } = await call(service, 'GET', '/v1/users/me', { token });
      expect(body).toMatchObject({ phone: null, name: null, preferences: {} });
    },
  );

  it.each(['email', 'password', 'device_id'])('may not say null for %s', async (member) => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, [member]: null } });
    expect(reply).toMatchObject(refused({ pointer: `/${member}`, detail: 'must be a string' }));
  });

  it('has a password that is the same however it was composed', async () => {
    const service = await startService();
    await register(service, { password: 'pa\u0308sswort' });
    const reply = await call(service, 'POST', '/v1/auth/login', {
      json: { ...ADA, password: 'p\u00e4sswort' },
    });
    expect(reply).toMatchObject({ status: 200 });
  });

  it('is told every problem at once', async () => {
    const service = await startService();
    const json = {
      email: 'ada',
      device_id: '',
      phone: 'none',
      name: '',
      preferences: 1,
      phnoe: '',
      'a/b~c': 1,
    };
    const reply = await call(service, 'POST', '/v1/users/register', { json });
    expect(reply).toMatchObject(
      refused(
        { pointer: '/email' },
        { pointer: '/password', detail: 'is required' },
        { pointer: '/device_id' },
        { pointer: '/phone' },
        { pointer: '/name' },
        { pointer: '/preferences' },
        { pointer: '/phnoe', detail: 'is not a member of this request' },
        { pointer: '/a~1b~0c', detail: 'is not a member of this request' },
      ),
    );
  });

  it('is told where in its preferences every problem is', async () => {
    const service = await startService();
    const preferences = { 'a/b': { constructor: 1 }, 'c~d': [{ e: { f: { g: {} } } }], h: '\ud800' };
    const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, preferences } });
    expect(reply).toMatchObject(
      refused(
        { pointer: '/preferences/a~1b/constructor', detail: RESERVED },
        { pointer: '/preferences/c~0d/0/e/f/g', detail: 'must be nested at most 5 levels deep' },
        { pointer: '/preferences/h', detail: 'must be well-formed Unicode' },
      ),
    );
  });

  it('never hears its password back', async () => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/users/register', {
      json: { ...ADA, password: 'secret!' },
    });
    expect(reply.status).toBe(422);
    expect(reply.text).not.toContain('secret!');
  });
});

describe('an answer that lists problems', () => {
  const list = (count: number, of: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => of(i)).join();

  it.each([
    ['unknown members', `{${list(6000, (i) => `"m${i}":1`)}}`, 6003],
    ['bad preferences', `{"preferences":[${list(6000, () => '1')}]}`, 0],
    ['bad names in preferences', `{"preferences":{"a":[${list(6000, () => '"\\ud800"')}]}}`, 6003],
    ['both', `{"preferences":{"a":[${list(2000, () => '1e999')}]},${list(2000, (i) => `"m${i}":1`)}}`, 4003],
  ])('stays small, whatever the request: %s', async (_, body, count) => {
    const service = await startService();
    const reply = await post(service, body);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    expect(reply.text.length).toBeLessThan(4000);
    if (count === 0) return;
    expect(reply.body['errors']).toHaveLength(20);
    expect(reply.body['detail']).toBe(
      `The first 20 problems are listed in "errors". There are ${count - 20} more.`,
    );
  });

  it('stays small where one long name leads to every problem', async () => {
    const service = await startService();
    const name = 'x'.repeat(30_000);
    const reply = await post(service, `{"preferences":{"${name}":[${list(3000, () => '"\\ud800"')}]}}`);
    expect(reply.text.length).toBeLessThan(6000);
    expect(reply.body['errors']).toContainEqual({
      pointer: '/preferences',
      detail: 'has a member with a long name, which must be well-formed Unicode',
    });
  });

  it('points to the body as a whole where the name of a member of it is long', async () => {
    const service = await startService();
    const reply = await post(service, `{"${'x'.repeat(60_000)}":1,${JSON.stringify(ADA).slice(1)}`);
    const detail = 'has a member with a long name, which is not a member of this request';
    expect(reply).toMatchObject(refused({ pointer: '', detail }));
  });

  it('points to a name of 255 characters, which a pointer has room for', async () => {
    const service = await startService();
    const name = 'x'.repeat(255);
    const reply = await post(service, `{"${name}":1,${JSON.stringify(ADA).slice(1)}`);
    expect(reply).toMatchObject(refused({ pointer: `/${name}`, detail: 'is not a member of this request' }));
  });
});

describe('a login', () => {
  it('is told every problem at once', async () => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/auth/login', { json: { email: 'ada', name: 'Ada' } });
    expect(reply).toMatchObject(
      refused(
        { pointer: '/email' },
        { pointer: '/password', detail: 'is required' },
        { pointer: '/device_id', detail: 'is required' },
        { pointer: '/name', detail: 'is not a member of this request' },
      ),
    );
  });
});

describe.each(['/v1/users/register', '/v1/auth/login'])('%s', (path) => {
  it.each(['[]', 'null', '"text"', '17', 'true', `${'['.repeat(10_000)}${']'.repeat(10_000)}`])(
    'refuses JSON that is no object: %.20s',
    async (body) => {
      const service = await startService();
      expect(await post(service, body, path)).toMatchObject(
        refused({ pointer: '', detail: 'must be a JSON object' }),
      );
    },
  );

  it('refuses __proto__', async () => {
    const service = await startService();
    const body = `{"__proto__":{"admin":true},${JSON.stringify(ADA).slice(1)}`;
    expect(await post(service, body, path)).toMatchObject(refused({ pointer: '/__proto__' }));
  });
});

describe.each(['PUT', 'PATCH'])('%s preferences', (method) => {
  it.each([
    ['[]', '', 'must be a JSON object'],
    ['null', '', 'must be a JSON object'],
    ['{"__proto__":{"admin":true}}', '/__proto__', RESERVED],
    ['{"a":[{"__proto__":1}]}', '/a/0/__proto__', RESERVED],
    ['{"constructor":1}', '/constructor', RESERVED],
    [
      `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`,
      '/a/0/0/0/0',
      'must be nested at most 5 levels deep',
    ],
    [`{"a":"${'x'.repeat(16 * 1024)}"}`, '', expect.stringContaining('at most 16384 bytes')],
    ['{"a":"\\ud800"}', '/a', 'must be well-formed Unicode'],
    ['{"a":[1,9007199254740993]}', '/a/1', 'must be a number that a double holds exactly'],
    ['{"a":{"b":0.1234567890123456789}}', '/a/b', 'must be a number that a double holds exactly'],
    ['{"a":-1e400}', '/a', 'must be a number that a double holds exactly'],
    ['{"a":1e-400}', '/a', 'must be a number that a double holds exactly'],
  ])('refuses %.40s', async (body, pointer, detail) => {
    const service = await startService();
    const ada = await register(service);
    const headers = { 'content-type': 'application/json' };
    const reply = await call(service, method, `${ada.path}/preferences`, { ...ada, body, headers });
    expect(reply).toMatchObject(refused({ pointer, detail }));
    expect({}).not.toHaveProperty('admin');
  });
});
