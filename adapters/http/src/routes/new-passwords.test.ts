import { parsePassword, parseUserId } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const NAME = 'Ada Lovelace';

type Choose = (service: Service, chosen: string, member?: object) => Promise<Reply>;

const registration: Choose = (service, password, member) =>
  call(service, 'POST', '/v1/users/register', { json: { ...ADA, name: NAME, password, ...member } });

const change =
  (pathOf: (path: string) => string): Choose =>
  async (service, chosen, member) => {
    const ada = await register(service, { name: NAME });
    const json = { current_password: ADA.password, new_password: chosen, ...member };
    return call(service, 'PUT', `${pathOf(ada.path)}/password`, { ...ada, json });
  };

const COMMON = 'must not be one of the most common passwords';
const EMAIL = 'must not be the email address or its part before the @';
const RUNS = 'must not consist of repeated or consecutive characters, such as aaaa or 1234';

describe.each([
  ['POST /v1/users/register', '/password', registration],
  ['PUT /v1/users/me/password', '/new_password', change(() => '/v1/users/me')],
  ['PUT /v1/users/{user_id}/password', '/new_password', change((path) => path)],
])('%s', (_, pointer, choose) => {
  it.each([
    ['PASSWORD123', [COMMON]],
    ['Ada@Example.com', [EMAIL]],
    ['Lovelace', [COMMON, 'must not be the name of the user or a part of it']],
    ['adalovelace', ['must not be the name of the user or a part of it']],
    ['zzzzyyyyxxxx', [RUNS]],
    ['12345678', [COMMON, RUNS]],
    ['hidden horse', ['must not be a password that is known from a data breach']],
    ['horse', ['must have 8 to 256 characters']],
  ])('refuses %s as a new password, and says which rule it breaks', async (chosen, details) => {
    const service = await startService();
    service.breachedPasswords.known.add('hidden horse');
    const reply = await choose(service, chosen);
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'validation-failed', errors: details.map((detail) => ({ pointer, detail })) },
    });
    expect(reply.text).not.toContain(chosen);
    expect(JSON.stringify(service.logger.lines)).not.toContain(chosen);
  });

  it('takes a password that breaks no rule', async () => {
    expect((await choose(await startService(), 'a horse of another colour')).status).toBeLessThan(300);
  });

  it('is told of other faults in the request first', async () => {
    const reply = await choose(await startService(), 'password', { device_id: '' });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/device_id' }] } });
  });
});

it('refuses the part of the email before the @', async () => {
  const email = 'ada.lovelace@example.com';
  const reply = await registration(await startService(), 'Ada-Lovelace', { email, name: null });
  expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password', detail: EMAIL }] } });
});

describe('a user whose password an older rule let in', () => {
  async function weakAda() {
    const service = await startService();
    const ada = await register(service);
    const passwordHash = await service.hasher.hash(parsePassword('password'));
    await service.users.update(parseUserId(ada.userId), (current) => ({ ...current, passwordHash }));
    return { service, ada };
  }

  it('logs in with it', async () => {
    const { service } = await weakAda();
    const reply = await call(service, 'POST', '/v1/auth/login', { json: { ...ADA, password: 'password' } });
    expect(reply.status).toBe(200);
  });

  it('changes it to a better one', async () => {
    const { service, ada } = await weakAda();
    const json = { current_password: 'password', new_password: 'a horse of another colour' };
    expect(await call(service, 'PUT', '/v1/users/me/password', { ...ada, json })).toMatchObject({
      status: 200,
    });
  });

  it('deletes the account with it', async () => {
    const { service, ada } = await weakAda();
    const json = { password: 'password' };
    expect(await call(service, 'DELETE', '/v1/users/me', { ...ada, json })).toMatchObject({ status: 204 });
  });
});

it('answers a weak new password alike, whether the current one is right or wrong', async () => {
  const service = await startService();
  const ada = await register(service);
  const bodies = [];
  for (const current of [ADA.password, 'not the password']) {
    const json = { current_password: current, new_password: 'password' };
    const { status, body } = await call(service, 'PUT', '/v1/users/me/password', { ...ada, json });
    bodies.push({ status, ...body, request_id: '' });
  }
  expect(bodies[0]).toEqual(bodies[1]);
});
