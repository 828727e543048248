import { samplePolicy } from '@user-management/conformance';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const AUTH = {
  token: expect.stringMatching(/^atk_/) as string,
  expires_in: samplePolicy.tokenTtl,
  session_id: expect.stringMatching(/^ses_/) as string,
  refresh_token: expect.stringMatching(/^rtk_/) as string,
  refresh_expires_in: samplePolicy.refreshTokenTtl,
};

const DEVICE = {
  device_token: expect.stringMatching(/^dtk_[A-Za-z0-9_-]{43}$/) as string,
  expires_in: 15_552_000,
};

describe('POST /v1/users/register', () => {
  it('makes a user with everything that was given', async () => {
    const service = await startService();
    const person = { phone: '+4930123456', name: 'Ada', preferences: { theme: 'dark' } };
    const reply = await call(service, 'POST', '/v1/users/register', { json: { ...ADA, ...person } });
    expect(reply.status).toBe(201);
    expect(reply.body).toEqual({
      user_id: expect.stringMatching(/^usr_[0-9a-f]{32}$/) as string,
      status: 'created',
      auth: AUTH,
      device: DEVICE,
      email: 'ada@example.com',
      phone: '+4930123456',
      name: 'Ada',
      device_id: 'ada-phone',
      created_at: '2026-01-31T09:30:00.000Z',
    });
    expect(reply.headers.location).toBe(`/v1/users/${String(reply.body['user_id'])}`);
  });

  it('leaves null what was not given', async () => {
    const service = await startService();
    const reply = await call(service, 'POST', '/v1/users/register', { json: ADA });
    expect(reply.body).toMatchObject({ phone: null, name: null });
  });

  it('gives a token that lets the user in', async () => {
    const service = await startService();
    const { token } = await register(service);
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 200 });
  });

  it('refuses an email that is taken, however it is written', async () => {
    const service = await startService();
    await register(service);
    const reply = await call(service, 'POST', '/v1/users/register', {
      json: { ...ADA, email: ' ADA@Example.com ' },
    });
    expect(reply).toMatchObject({ status: 409, body: { code: 'email-taken' } });
  });

  it('lets one of twenty registrations of an email win', async () => {
    const service = await startService();
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => call(service, 'POST', '/v1/users/register', { json: ADA })),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  });
});

describe('POST /v1/auth/login', () => {
  it('gives a new token and notes the device and the time', async () => {
    const service = await startService();
    const { userId, token } = await register(service);
    service.clock.advance(60_000);
    const reply = await call(service, 'POST', '/v1/auth/login', {
      json: { ...ADA, device_id: 'ada-laptop' },
    });
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      user_id: userId,
      status: 'authenticated',
      auth: AUTH,
      device: DEVICE,
      email: 'ada@example.com',
      device_id: 'ada-laptop',
      last_login: '2026-01-31T09:31:00.000Z',
    });
    expect(reply.body['auth']).not.toMatchObject({ token });
  });

  it('answers a wrong password and an unknown email alike', async () => {
    const service = await startService();
    await register(service);
    const wrong = await call(service, 'POST', '/v1/auth/login', {
      json: { ...ADA, password: 'not the one' },
    });
    const unknown = await call(service, 'POST', '/v1/auth/login', {
      json: { ...ADA, email: 'bob@example.com' },
    });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid-credentials' } });
    expect(wrong.headers['www-authenticate']).toBe('Bearer realm="user-management"');
    const { request_id: _, ...problem } = wrong.body;
    expect(unknown).toMatchObject({ status: 401, body: problem });
  });
});

describe('POST /v1/auth/logout', () => {
  it('kills the token, and only that one', async () => {
    const service = await startService();
    const { token } = await register(service);
    const { body } = await call(service, 'POST', '/v1/auth/login', { json: ADA });
    const reply = await call(service, 'POST', '/v1/auth/logout', { token });
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(reply.headers).not.toHaveProperty('content-type');
    expect(await call(service, 'GET', '/v1/users/me', { token })).toMatchObject({ status: 401 });
    const other = (body as { auth: { token: string } }).auth.token;
    expect(await call(service, 'GET', '/v1/users/me', { token: other })).toMatchObject({ status: 200 });
  });

  it('is refused to a token that is dead already', async () => {
    const service = await startService();
    const { token } = await register(service);
    await call(service, 'POST', '/v1/auth/logout', { token });
    expect(await call(service, 'POST', '/v1/auth/logout', { token })).toMatchObject({ status: 401 });
  });
});
