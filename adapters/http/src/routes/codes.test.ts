import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { deliver, proofFor } from '../testing/mailbox.ts';
import { ADA, type Person, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const NEXT = 'a longer horse battery';
const CHALLENGED = { challenge: expect.stringMatching(/^chl_[0-9a-f]{32}$/) as string };

const post = (service: Service, path: string, json?: object, person?: Person) =>
  call(service, 'POST', path, { ...person, ...(json && { json }) });

const requestReset = (service: Service, email = ADA.email) =>
  post(service, '/v1/auth/password-reset', { email });

const logIn = (service: Service, member: object = {}) =>
  post(service, '/v1/auth/login', { ...ADA, ...member });

describe('a forgotten password', () => {
  it('is replaced with the code from the mail, in whatever way a person types it', async () => {
    const service = await startService();
    await register(service);
    const asked = await requestReset(service);
    expect(asked).toMatchObject({ status: 202, body: { ...CHALLENGED, expires_in: 900 } });
    const proof = await proofFor(service, asked, 'password-reset');
    const code = ` ${proof.code.toLowerCase().replace('-', '')} `;
    const reply = await post(service, '/v1/auth/password-reset/confirm', {
      ...proof,
      code,
      new_password: NEXT,
    });
    expect(reply).toMatchObject({ status: 204, text: '' });
    expect(await logIn(service)).toMatchObject({ status: 401 });
    expect(await logIn(service, { password: NEXT })).toMatchObject({ status: 200 });
  });

  it('gets the same answer for an email that is not registered', async () => {
    const service = await startService();
    await register(service);
    const [known, unknown] = [await requestReset(service), await requestReset(service, 'eve@example.com')];
    expect(unknown.status).toBe(known.status);
    expect(Object.keys(unknown.body)).toEqual(Object.keys(known.body));
    expect(Object.keys(unknown.headers)).toEqual(Object.keys(known.headers));
    expect(unknown.headers['content-length']).toBe(known.headers['content-length']);
    await deliver(service);
    expect(service.mailer.mails).toHaveLength(1);
  });

  it('waits for its answer as long as an email that is not registered', async () => {
    const service = await startService();
    await register(service);
    for (const email of [ADA.email, 'eve@example.com']) {
      const start = performance.now();
      await requestReset(service, email);
      // A timer may fire a millisecond early.
      expect(performance.now() - start).toBeGreaterThanOrEqual(49);
    }
  });

  it.each([
    ['a wrong code', { code: '00000-00000' }],
    ['a code that can be none', { code: '!' }],
    ['an empty code', { code: '' }],
    ['a code with a letter that codes do not have', { code: 'UUUUU-UUUUU' }],
    ['an unknown challenge', { challenge: 'chl_00000000000000000000000000000000' }],
    ['a challenge that can be none', { challenge: 'chl_' }],
    ['a code that is far too long', { code: '0'.repeat(10_000) }],
  ])('is not replaced with %s', async (_, member) => {
    const service = await startService();
    await register(service);
    const proof = await proofFor(service, await requestReset(service), 'password-reset');
    const json = { ...proof, ...member, new_password: NEXT };
    const reply = await post(service, '/v1/auth/password-reset/confirm', json);
    expect(reply).toMatchObject({ status: 422, body: { code: 'code-invalid' } });
    expect(reply.body).not.toHaveProperty('errors');
    expect(await logIn(service)).toMatchObject({ status: 200 });
  });

  it('is not replaced by a weak one, which leaves the code valid', async () => {
    const service = await startService();
    await register(service);
    const proof = await proofFor(service, await requestReset(service), 'password-reset');
    const confirm = (password: string) =>
      post(service, '/v1/auth/password-reset/confirm', { ...proof, new_password: password });
    expect(await confirm('password')).toMatchObject({
      status: 422,
      body: { code: 'validation-failed', errors: [{ pointer: '/new_password' }] },
    });
    expect(await confirm(NEXT)).toMatchObject({ status: 204 });
    expect(await confirm(NEXT)).toMatchObject({ status: 422, body: { code: 'code-invalid' } });
  });

  it.each([
    [{}, ['/email']],
    [{ email: 'no' }, ['/email']],
    [{ email: ADA.email, device_id: 'x' }, ['/device_id']],
  ])('cannot be asked for with %j', async (json, pointers) => {
    const reply = await post(await startService(), '/v1/auth/password-reset', json);
    expect(reply.status).toBe(422);
    expect((reply.body['errors'] as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

describe.each(['me', 'the own id'])('the email of %s', (which) => {
  const pathOf = ({ path }: Person) => (which === 'me' ? '/v1/users/me' : path);
  const me = async (service: Service, ada: Person) => (await call(service, 'GET', pathOf(ada), ada)).body;

  it('is verified with the code from the mail, and a repeat gets 204 again', async () => {
    const service = await startService();
    const ada = await register(service);
    const ask = () => post(service, `${pathOf(ada)}/email/verification`, undefined, ada);
    const asked = await ask();
    expect(asked).toMatchObject({ status: 202, body: { ...CHALLENGED, expires_in: 86_400 } });
    const proof = await proofFor(service, asked, 'email-verification');
    for (let n = 0; n < 2; n++) {
      expect(await post(service, '/v1/auth/email/confirm', proof)).toMatchObject({ status: 204, text: '' });
    }
    expect(await me(service, ada)).toMatchObject({ email_verified_at: '2026-01-31T09:30:00.000Z' });
    expect(await ask()).toMatchObject({ status: 409, body: { code: 'already-verified' } });
  });

  it('changes with the code from the new mailbox, and back with the one from the old', async () => {
    const service = await startService();
    const ada = await register(service);
    const json = { email: ' ADA@example.org ', password: ADA.password };
    const asked = await post(service, `${pathOf(ada)}/email`, json, ada);
    expect(asked).toMatchObject({ status: 202, body: { ...CHALLENGED, expires_in: 86_400 } });
    const proof = await proofFor(service, asked, 'email-change');
    expect(await post(service, '/v1/auth/email/confirm', proof)).toMatchObject({ status: 204 });
    expect(await me(service, ada)).toMatchObject({ email: 'ada@example.org' });
    expect(await logIn(service)).toMatchObject({ status: 401 });
    expect(await logIn(service, { email: 'ada@example.org' })).toMatchObject({ status: 200 });

    await deliver(service);
    const { code, ...mail } = service.mailer.last('email-changed');
    const undo = { challenge: (mail as unknown as { challenge: string }).challenge, code };
    expect(await post(service, '/v1/auth/email/undo', undo)).toMatchObject({ status: 204, text: '' });
    expect(await call(service, 'GET', pathOf(ada), ada)).toMatchObject({ status: 401 });
    expect(await logIn(service)).toMatchObject({ status: 200 });
  });

  it('does not change with a wrong password, or to an email that is taken', async () => {
    const service = await startService();
    const ada = await register(service);
    await register(service, { email: 'bob@example.com' });
    const ask = (json: object) => post(service, `${pathOf(ada)}/email`, json, ada);
    expect(await ask({ email: 'ada@example.org', password: NEXT })).toMatchObject({
      status: 403,
      body: { code: 'wrong-password' },
    });
    const asked = await ask({ email: 'bob@example.com', password: ADA.password });
    expect(asked).toMatchObject({ status: 202 });
    const proof = await proofFor(service, asked, 'email-change');
    expect(await post(service, '/v1/auth/email/confirm', proof)).toMatchObject({
      status: 409,
      body: { code: 'email-taken' },
    });
  });
});

describe('a service that requires a verified email', () => {
  it('registers with the code from the mail', async () => {
    const service = await startService({ registration: 'verified' });
    const asked = await post(service, '/v1/users/register', ADA);
    expect(asked.status).toBe(202);
    expect(asked.body).toEqual({ ...CHALLENGED, expires_in: 86_400 });
    expect(await logIn(service)).toMatchObject({ status: 401 });
    const proof = await proofFor(service, asked, 'registration');
    const reply = await post(service, '/v1/users/register/confirm', proof);
    expect(reply).toMatchObject({
      status: 201,
      body: { status: 'created', email: ADA.email, device_id: ADA.device_id },
      headers: { location: `/v1/users/${String(reply.body['user_id'])}` },
    });
    expect(await logIn(service)).toMatchObject({ status: 200 });
    expect(await post(service, '/v1/users/register/confirm', proof)).toMatchObject({
      status: 409,
      body: { code: 'email-taken' },
    });
  });

  it('answers the same for a taken email, whose owner gets a notice', async () => {
    const service = await startService({ registration: 'verified' });
    const first = await post(service, '/v1/users/register', ADA);
    await post(service, '/v1/users/register/confirm', await proofFor(service, first, 'registration'));
    const again = await post(service, '/v1/users/register', ADA);
    expect(again.status).toBe(202);
    expect(Object.keys(again.body)).toEqual(Object.keys(first.body));
    await deliver(service);
    expect(service.mailer.last('registration-taken')).toMatchObject({ to: ADA.email });
  });

  it('refuses a weak password', async () => {
    const reply = await post(await startService({ registration: 'verified' }), '/v1/users/register', {
      ...ADA,
      password: 'password',
    });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
  });
});

describe('a mail', () => {
  it('says from where the request came', async () => {
    const service = await startService();
    await register(service);
    const headers = { 'user-agent': 'curl/8.5.0' };
    await call(service, 'POST', '/v1/auth/password-reset', { json: { email: ADA.email }, headers });
    await deliver(service);
    expect(service.mailer.last('password-reset').device).toEqual({
      userAgent: 'curl/8.5.0',
      ip: '127.0.0.1',
    });
  });
});
