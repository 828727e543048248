import { parseUserId, type User } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ADA, letIn, personIn, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const USERS = '/v1/admin/users';

async function world() {
  const service = await startService();
  const token = letIn(service, 'users:read', 'users:write');
  const ask = (method: string, path: string, request: object = {}): Promise<Reply> =>
    call(service.internal, method, `${USERS}${path}`, { token, ...request });
  return { service, ask };
}

const stored = ({ users }: Service, { body }: Reply): Promise<User | undefined> =>
  users.findById(parseUserId(body['user_id']));

const idsIn = ({ body }: Reply) => (body['users'] as { user_id: string }[]).map((user) => user.user_id);

describe('GET /v1/admin/users', () => {
  it('pages through the users that the filters take', async () => {
    const { service, ask } = await world();
    const people = [];
    for (const name of ['ann', 'bob', 'cid']) {
      people.push(await register(service, { email: `${name}@example.com` }));
      service.clock.advance(1_000);
    }
    const ids = people.map(({ userId }) => userId);
    const first = await ask('GET', '?limit=2');
    expect(idsIn(first)).toEqual(ids.slice(0, 2));
    expect(first.body).toMatchObject({ users: [{ email: 'ann@example.com', metadata: {} }, {}] });
    const rest = await ask('GET', `?limit=2&cursor=${String(first.body['next_cursor'])}`);
    expect([idsIn(rest), rest.body['next_cursor']]).toEqual([ids.slice(2), null]);

    const [, bob] = ids;
    await ask('PATCH', `/${bob ?? ''}`, { json: { status: 'disabled' } });
    expect(idsIn(await ask('GET', '?status=disabled'))).toEqual([bob]);
    expect(idsIn(await ask('GET', '?email=BOB@example.com'))).toEqual([bob]);
    expect(idsIn(await ask('GET', '?email=bob@example.com&status=active'))).toEqual([]);
    expect(idsIn(await ask('GET', '?email_prefix=B'))).toEqual([bob]);
    const time = new Date(service.clock.now() - 2_000).toISOString();
    expect(idsIn(await ask('GET', `?created_after=${time}`))).toEqual(ids.slice(2));
    const byEmail = await ask('GET', '?email_prefix=c&limit=1&cursor=bob@example.com');
    expect(idsIn(byEmail)).toEqual(ids.slice(2));
  });

  it.each([
    'limit=201',
    'limit=0',
    'status=deleting',
    'created_after=yesterday',
    'email=ada',
    'email_prefix=',
    'cursor=usr_1',
    'cursor=ada@example.com',
    'email_prefix=a&cursor=usr_019c136349c070008000000000000ada',
  ])('refuses %s', async (query) => {
    const { ask } = await world();
    expect(await ask('GET', `?${query}`)).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
  });
});

describe('GET /v1/admin/users/{user_id}', () => {
  it('shows the user with sessions and metadata, which no answer to the user has', async () => {
    const { service, ask } = await world();
    const ada = await register(service);
    const patch = { json: { metadata: { reason: 'asked by phone' } } };
    await ask('PATCH', `/${ada.userId}`, patch);
    const reply = await ask('GET', `/${ada.userId}`);
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { status: 'active', session_count: 1, metadata: patch.json.metadata, last_login: null },
    });
    for (const path of ['', '/export', '/preferences', '/activity']) {
      const { text } = await call(service, 'GET', `${ada.path}${path}`, { token: ada.token });
      expect(text).not.toContain('metadata');
      expect(text).not.toContain('asked by phone');
    }
  });

  it.each(['usr_019c136349c070008000000000000ada', 'me', 'usr_', '%00'])('does not know %s', async (id) => {
    const { ask } = await world();
    expect(await ask('GET', `/${id}`)).toMatchObject({ status: 404, body: { code: 'user-not-found' } });
  });
});

describe('POST /v1/admin/users', () => {
  it('adds a user with a password, who can log in', async () => {
    const { service, ask } = await world();
    const json = { ...ADA, email_verified: true, name: 'Ada', metadata: { plan: 'gold' }, phone: null };
    const reply = await ask('POST', '', { json });
    expect(reply).toMatchObject({ status: 201, headers: { etag: '"1"' }, body: { metadata: json.metadata } });
    expect(reply.headers.location).toBe(`${USERS}/${String(reply.body['user_id'])}`);
    const login = await call(service, 'POST', '/v1/auth/login', { json: ADA });
    expect(personIn(login.body).userId).toBe(reply.body['user_id']);
    const events = await service.events.ofUser(parseUserId(reply.body['user_id']), 10);
    expect(events.map(({ type, actor }) => [type, actor])).toContainEqual([
      'user.registered',
      'service:billing',
    ]);
  });

  it('adds a user with a hash of the password, who can log in, and one with neither', async () => {
    const { service, ask } = await world();
    const other = await register(service, { email: 'bob@example.com' });
    const hash = (await service.users.findById(parseUserId(other.userId)))?.passwordHash;
    const { email } = ADA;
    expect((await ask('POST', '', { json: { email, password_hash: hash } })).status).toBe(201);
    expect((await call(service, 'POST', '/v1/auth/login', { json: ADA })).status).toBe(200);
    const neither = await ask('POST', '', { json: { email: 'cid@example.com' } });
    expect(neither.body).toMatchObject({ email_verified_at: null, device_id: 'unknown', name: null });
    const login = { ...ADA, email: 'cid@example.com' };
    expect((await call(service, 'POST', '/v1/auth/login', { json: login })).status).toBe(401);
  });

  it('can be repeated with a key', async () => {
    const { ask } = await world();
    const request = { json: { email: ADA.email }, headers: { 'idempotency-key': 'once' } };
    const [first, second] = [await ask('POST', '', request), await ask('POST', '', request)];
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(await ask('POST', '', { json: { email: ADA.email } })).toMatchObject({ status: 409 });
  });

  it.each([
    [{ password: 'password123' }, '/password'],
    [{ password: 'short' }, '/password'],
    [{ password_hash: 'secret' }, '/password_hash'],
    [{ password_hash: 'x'.repeat(513) }, '/password_hash'],
    [{ password: 'correct horse', password_hash: 'secret' }, '/password_hash'],
    [{ email_verified: 'yes' }, '/email_verified'],
    [{ status: 'deleting' }, '/status'],
    [{ metadata: [] }, '/metadata'],
    [{ user_id: 'usr_1' }, '/user_id'],
  ])('refuses %j at its place', async (members, pointer) => {
    const { ask } = await world();
    const reply = await ask('POST', '', { json: { email: ADA.email, ...members } });
    expect(reply).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('PATCH /v1/admin/users/{user_id}', () => {
  it('changes what it names, and nothing else', async () => {
    const { service, ask } = await world();
    const { userId, token } = await register(service, { name: 'Ada', phone: '+4930123456' });
    const json = {
      name: null,
      email: 'ada@example.org',
      email_verified: true,
      preferences: { theme: 'dark' },
    };
    const reply = await ask('PATCH', `/${userId}`, { json, headers: { 'if-match': '"1"' } });
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: { name: null, phone: '+4930123456', email: 'ada@example.org', preferences: { theme: 'dark' } },
    });
    expect((await call(service, 'GET', '/v1/users/me', { token })).body).toMatchObject({ name: null });
    const merge = { headers: { 'content-type': 'application/merge-patch+json', 'if-match': '"1"' } };
    const late = await ask('PATCH', `/${userId}`, { body: '{"name":"Eve"}', ...merge });
    expect(late).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
  });

  it('disables a user, whose tokens do not work from then on', async () => {
    const { service, ask } = await world();
    const { userId, token, refreshToken } = await register(service);
    for (const version of ['"2"', '"2"']) {
      const reply = await ask('PATCH', `/${userId}`, { json: { status: 'disabled' } });
      expect(reply).toMatchObject({ status: 200, headers: { etag: version }, body: { status: 'disabled' } });
    }
    expect((await call(service, 'GET', '/v1/users/me', { token })).status).toBe(401);
    const refresh = { json: { refresh_token: refreshToken } };
    expect((await call(service, 'POST', '/v1/auth/refresh', refresh)).status).toBe(401);
    expect((await call(service, 'POST', '/v1/auth/login', { json: ADA })).status).toBe(401);
    await ask('PATCH', `/${userId}`, { json: { status: 'active' } });
    expect((await call(service, 'POST', '/v1/auth/login', { json: ADA })).status).toBe(200);
  });

  it('never takes a password', async () => {
    const { service, ask } = await world();
    const { userId } = await register(service);
    for (const json of [{ password: 'battery staple' }, { password_hash: 'secret' }]) {
      expect(await ask('PATCH', `/${userId}`, { json })).toMatchObject({ status: 422 });
    }
  });

  it('refuses an email that is taken', async () => {
    const { service, ask } = await world();
    const { userId } = await register(service);
    await register(service, { email: 'bob@example.com' });
    expect(await ask('PATCH', `/${userId}`, { json: { email: 'bob@example.com' } })).toMatchObject({
      status: 409,
      body: { code: 'email-taken' },
    });
  });
});

describe('DELETE /v1/admin/users/{user_id}', () => {
  it('deletes a user, also a disabled one, and can be repeated', async () => {
    const { service, ask } = await world();
    const { userId, token } = await register(service);
    await ask('PATCH', `/${userId}`, { json: { status: 'disabled' } });
    const failed = await ask('DELETE', `/${userId}`, { headers: { 'if-match': '"1"' } });
    expect(failed.status).toBe(412);
    for (const id of [userId, userId, 'me', 'usr_019c136349c070008000000000000ada']) {
      expect((await ask('DELETE', `/${id}`)).status).toBe(204);
    }
    expect((await ask('GET', `/${userId}`)).status).toBe(404);
    expect((await call(service, 'GET', '/v1/users/me', { token })).status).toBe(401);
    await register(service);
  });

  it('ends all sessions under /sessions', async () => {
    const { service, ask } = await world();
    const { userId, token } = await register(service);
    expect((await ask('DELETE', `/${userId}/sessions`)).status).toBe(204);
    expect((await ask('DELETE', `/${userId}/sessions`)).status).toBe(204);
    expect((await call(service, 'GET', '/v1/users/me', { token })).status).toBe(401);
    expect((await ask('GET', `/${userId}`)).body).toMatchObject({ session_count: 0 });
    expect((await ask('DELETE', '/usr_019c136349c070008000000000000ada/sessions')).status).toBe(404);
  });
});

describe('POST /v1/admin/users/{user_id}/password-reset', () => {
  it('mails a code, with which the owner of the mailbox chooses a password', async () => {
    const { service, ask } = await world();
    const added = await ask('POST', '', { json: { email: ADA.email } });
    const { status, body } = await ask('POST', `/${String(added.body['user_id'])}/password-reset`);
    expect(status).toBe(202);
    for (const mail of await service.useCases.takeMails(10)) await service.useCases.sendMail(mail);
    const { code } = service.mailer.last('password-reset');
    const json = { challenge: body['challenge'], code, new_password: 'battery staple' };
    expect((await call(service, 'POST', '/v1/auth/password-reset/confirm', { json })).status).toBe(204);
    expect((await stored(service, added))?.emailVerifiedAt).not.toBeNull();
    const login = { json: { ...ADA, password: 'battery staple' } };
    expect((await call(service, 'POST', '/v1/auth/login', login)).status).toBe(200);
  });

  it('does not know a user who is not there', async () => {
    const { ask } = await world();
    expect((await ask('POST', '/usr_019c136349c070008000000000000ada/password-reset')).status).toBe(404);
  });
});

it('lets nobody in without the scope, and nobody through the public port', async () => {
  const { service } = await world();
  const { userId } = await register(service);
  const reader = letIn(service, 'users:read');
  const auditor = letIn(service, 'audit:read');
  const routes = [
    ['POST', ''],
    ['PATCH', `/${userId}`],
    ['DELETE', `/${userId}`],
    ['DELETE', `/${userId}/sessions`],
    ['POST', `/${userId}/password-reset`],
    ['POST', '/import'],
  ] as const;
  for (const [method, path] of routes) {
    const refused = await call(service.internal, method, `${USERS}${path}`, { token: reader });
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
    expect((await call(service, method, `${USERS}${path}`, { token: reader })).status).toBe(404);
  }
  for (const path of ['', `/${userId}`, '/export']) {
    const refused = await call(service.internal, 'GET', `${USERS}${path}`, { token: auditor });
    expect(refused).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
  }
  const hashes = await call(service.internal, 'GET', `${USERS}/export?hashes=true`, { token: reader });
  expect(hashes).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
  expect(hashes.headers['www-authenticate']).toContain('scope="users:write"');
  expect(await service.users.findById(parseUserId(userId))).toMatchObject({ version: 1 });
});
