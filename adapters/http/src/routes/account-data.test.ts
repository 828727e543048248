import { anEvent, aDifficultEvent } from '@user-management/conformance';
import { parseTimestamp, parseUserId } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call, type Reply } from '../testing/client.ts';
import { ADA, type Person, register } from '../testing/people.ts';
import { type Service, startService } from '../testing/service.ts';

const typesIn = ({ body }: Reply): unknown[] =>
  (body['events'] as { type: string }[]).map(({ type }) => type);

describe.each(['me', 'the own id'])('GET /v1/users/…/activity with %s', (which) => {
  const read = (service: Service, person: Person, query = '') => {
    const path = which === 'me' ? '/v1/users/me' : person.path;
    return call(service, 'GET', `${path}/activity${query}`, person);
  };

  it('lists what happened, the newest first, and from where', async () => {
    const service = await startService();
    const ada = await register(service);
    service.clock.advance(60_000);
    for (const password of ['wrong', 'wrong again', ADA.password]) {
      service.clock.advance(1_000);
      const headers = { 'user-agent': 'curl/8.5.0' };
      await call(service, 'POST', '/v1/auth/login', {
        json: { ...ADA, password: password.padEnd(8) },
        headers,
      });
    }
    const reply = await read(service, ada);
    expect(typesIn(reply)).toEqual(['session.started', 'login.failed', 'session.started', 'user.registered']);
    expect(reply).toMatchObject({ status: 200, body: { next_cursor: null } });
    expect((reply.body['events'] as object[])[1]).toEqual({
      id: expect.stringMatching(/^evt_/) as string,
      type: 'login.failed',
      time: '2026-01-31T09:31:00.000Z',
      user_id: ada.userId,
      session_id: null,
      actor: 'user',
      ip: '127.0.0.1',
      user_agent: 'curl/8.5.0',
      device_id: 'ada-phone',
    });
  });

  it('goes on at the cursor until there is no more', async () => {
    const service = await startService();
    const ada = await register(service);
    const userId = parseUserId(ada.userId);
    for (let ms = 1; ms <= 5; ms += 1) {
      await service.events.append(anEvent(parseTimestamp(service.clock.now() + ms), { userId }));
    }
    const pages: unknown[] = [];
    let cursor: string | null | undefined;
    do {
      const { body } = await read(service, ada, `?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      pages.push((body['events'] as object[]).length);
      cursor = body['next_cursor'] as string | null;
    } while (cursor);
    // Five events, the registration and its session.
    expect(pages).toEqual([3, 3, 1]);
  });

  it.each([
    ['limit=0', 'The query parameter limit must be a whole number from 1 to 200.'],
    ['limit=201', 'The query parameter limit must be a whole number from 1 to 200.'],
    ['limit=-1', 'The query parameter limit must be a whole number from 1 to 200.'],
    ['limit=1e1', 'The query parameter limit must be a whole number from 1 to 200.'],
    ['limit=', 'The query parameter limit must be a whole number from 1 to 200.'],
    ['limit=1&limit=2', 'The query parameter limit must be given at most once.'],
    ['cursor=x', 'The query parameter cursor must be evt_ and 32 hex digits.'],
    ['cursor=', 'The query parameter cursor must be evt_ and 32 hex digits.'],
  ])('refuses %s', async (query, detail) => {
    const service = await startService();
    const reply = await read(service, await register(service), `?${query}`);
    expect(reply).toMatchObject({ status: 422, body: { code: 'validation-failed' } });
    expect(reply.body['errors']).toEqual([{ pointer: '', detail }]);
  });

  it('accepts the largest page', async () => {
    const service = await startService();
    expect(await read(service, await register(service), '?limit=200')).toMatchObject({ status: 200 });
  });
});

describe.each(['me', 'the own id'])('GET /v1/users/…/export with %s', (which) => {
  it('has the user, the sessions and what happened, as a file, and no secret', async () => {
    const service = await startService();
    const ada = await register(service);
    const { token } = ada;
    const path = which === 'me' ? '/v1/users/me' : ada.path;
    const reply = await call(service, 'GET', `${path}/export`, ada);
    const [user, sessions, activity] = [
      await call(service, 'GET', '/v1/users/me', { token }),
      await call(service, 'GET', '/v1/users/me/sessions', { token }),
      await call(service, 'GET', '/v1/users/me/activity', { token }),
    ];
    expect(reply.body).toEqual({
      user: user.body,
      sessions: sessions.body['sessions'],
      activity: activity.body['events'],
    });
    expect(reply).toMatchObject({
      status: 200,
      headers: {
        'content-type': 'application/json',
        'content-disposition': 'attachment; filename="account.json"',
      },
    });
    const [session] = await service.sessions.removeOf(parseUserId(ada.userId), 1);
    const secrets = [session?.token.digest, session?.refresh?.family, '$argon2id', token, ada.refreshToken];
    for (const secret of secrets) expect(reply.text).not.toContain(required(secret));
    expect(reply.text).not.toMatch(/epoch|idempotency|hash/);
  });

  it('has hundreds of events, and not those of others', async () => {
    const service = await startService();
    const ada = await register(service);
    const userId = parseUserId(ada.userId);
    await service.events.append(aDifficultEvent(service.clock.now()));
    for (let ms = 1; ms <= 450; ms += 1) {
      await service.events.append(anEvent(parseTimestamp(service.clock.now() + ms), { userId }));
    }
    const { body } = await call(service, 'GET', '/v1/users/me/export', ada);
    expect(body['activity']).toHaveLength(452);
  });
});

it.each(['activity', 'export'])('the %s of another user is out of reach', async (what) => {
  const service = await startService();
  const ada = await register(service);
  const bob = await register(service, { email: 'bob@example.com' });
  const reply = await call(service, 'GET', `${bob.path}/${what}`, ada);
  expect(reply).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(await call(service, 'GET', `/v1/users/me/${what}`)).toMatchObject({ status: 401 });
});

function required(text: string | undefined): string {
  if (!text) throw new Error('There is no such secret.');
  return text;
}
