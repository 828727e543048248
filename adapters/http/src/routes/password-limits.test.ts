import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { proofFor } from '../testing/mailbox.ts';
import { ADA, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const logIn = (service: Service, members: object = {}) =>
  call(service, 'POST', '/v1/auth/login', { json: { ...ADA, ...members } });

/** Fails as often as the limit allows at once. */
async function failOften(service: Service, members: object = {}) {
  for (let n = 0; n < 5; n++) await logIn(service, { password: 'not the one', ...members });
}

const deviceTokenIn = ({ body }: { body: object }) =>
  (body as { device: { device_token: string } }).device.device_token;

describe('a login', () => {
  it('that has to wait gets 429, and nothing tells whether the account exists', async () => {
    const service = await startService();
    await register(service);
    const answers = [];
    for (const email of [ADA.email, 'nobody@example.com']) {
      await failOften(service, { email });
      const { status, headers, body } = await logIn(service, { email });
      const { ratelimit, 'retry-after': retryAfter } = headers;
      expect(ratelimit).toMatch(/^"logIn";r=\d+;t=\d+$/);
      answers.push({ status, retryAfter, names: Object.keys(headers), body: { ...body, request_id: '' } });
    }
    const [known, unknown] = answers;
    expect(known).toMatchObject({ status: 429, retryAfter: '1', body: { code: 'rate-limited' } });
    expect(unknown).toEqual(known);
  });

  it('with the token of its device gets in while others fail, and keeps the token', async () => {
    const service = await startService();
    const registered = await call(service, 'POST', '/v1/users/register', { json: ADA });
    const device_token = deviceTokenIn(registered);
    await failOften(service);
    expect(await logIn(service)).toMatchObject({ status: 429 });
    const known = await logIn(service, { device_token });
    expect(known).toMatchObject({ status: 200, body: { device: { device_token } } });
  });

  it.each([
    ['unknown', `dtk_${'A'.repeat(43)}`],
    ['malformed', 'dtk_x'],
    ['missing', null],
    ['a token of the session', `atk_${'A'.repeat(43)}`],
    ['very long', 'x'.repeat(10_000)],
  ])('with a device token that is %s is one without', async (_, device_token) => {
    const service = await startService();
    await register(service);
    const login = await logIn(service, { device_token });
    expect(login.status).toBe(200);
    expect(deviceTokenIn(login)).not.toBe(device_token);
    await failOften(service, { device_token });
    expect(await logIn(service, { device_token })).toMatchObject({ status: 429 });
  });

  it('with a device token that is no string is refused', async () => {
    const service = await startService();
    const reply = await logIn(service, { device_token: 7 });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/device_token' }] } });
  });

  it('takes the device token of a confirmed registration', async () => {
    const service = await startService({ registration: 'verified' });
    const applied = await call(service, 'POST', '/v1/users/register', { json: ADA });
    const json = await proofFor(service, applied, 'registration');
    const confirmed = await call(service, 'POST', '/v1/users/register/confirm', { json });
    await failOften(service);
    const known = await logIn(service, { device_token: deviceTokenIn(confirmed) });
    expect(known.status).toBe(200);
  });

  it('is let in at once after a password reset', async () => {
    const service = await startService();
    await register(service);
    await failOften(service);
    const asked = await call(service, 'POST', '/v1/auth/password-reset', { json: { email: ADA.email } });
    const proof = await proofFor(service, asked, 'password-reset');
    const json = { ...proof, new_password: 'a longer horse battery' };
    await call(service, 'POST', '/v1/auth/password-reset/confirm', { json });
    expect(await logIn(service, { password: json.new_password })).toMatchObject({ status: 200 });
  });
});

it.each([
  [
    'PUT',
    '/v1/users/me/password',
    { current_password: 'not the one', new_password: 'a longer horse battery' },
  ],
  ['POST', '/v1/users/me/email', { email: 'ada@example.org', password: 'not the one' }],
  ['DELETE', '/v1/users/me', { password: 'not the one' }],
])('%s %s lets a thief of the token guess five times, and then wait', async (method, path, json) => {
  const service = await startService();
  const { token } = await register(service);
  for (let n = 0; n < 5; n++) {
    expect(await call(service, method, path, { token, json })).toMatchObject({ status: 403 });
  }
  const refused = await call(service, method, path, { token, json });
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 'rate-limited' },
    headers: { 'retry-after': '1' },
  });
});
