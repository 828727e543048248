import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const BEFORE = { theme: 'dark', editor: { font: 'mono', size: 12 } };

async function startWithAda() {
  const service = await startService();
  const ada = await register(service, { preferences: BEFORE });
  service.clock.advance(60_000);
  return { service, ada, path: `${ada.path}/preferences` };
}

describe('GET /v1/users/{user_id}/preferences', () => {
  it('gives the preferences', async () => {
    const { service, ada, path } = await startWithAda();
    const reply = await call(service, 'GET', path, ada);
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(reply.body).toEqual({
      user_id: ada.userId,
      preferences: BEFORE,
      updated_at: '2026-01-31T09:30:00.000Z',
    });
  });

  it('answers 304 where the client holds them', async () => {
    const { service, ada, path } = await startWithAda();
    const reply = await call(service, 'GET', path, { ...ada, headers: { 'if-none-match': '"1"' } });
    expect(reply).toMatchObject({ status: 304, text: '' });
  });
});

describe('PUT /v1/users/{user_id}/preferences', () => {
  it('replaces the whole object', async () => {
    const { service, ada, path } = await startWithAda();
    const reply = await call(service, 'PUT', path, { ...ada, json: { language: 'de' } });
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(reply.body).toEqual({
      user_id: ada.userId,
      status: 'preferences_saved',
      preferences: { language: 'de' },
      updated_at: '2026-01-31T09:31:00.000Z',
    });
    expect((await call(service, 'GET', path, ada)).body).toMatchObject({ preferences: { language: 'de' } });
  });
});

describe('PATCH /v1/users/{user_id}/preferences', () => {
  it.each([
    'application/json',
    'application/merge-patch+json',
    'Application/Merge-Patch+JSON; charset=UTF-8',
  ])('merges a patch sent as %s', async (type) => {
    const { service, ada, path } = await startWithAda();
    const body = JSON.stringify({ theme: null, editor: { size: 14 }, language: 'de' });
    const reply = await call(service, 'PATCH', path, { ...ada, body, headers: { 'content-type': type } });
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    expect(reply.body).toEqual({
      user_id: ada.userId,
      status: 'preferences_saved',
      preferences: { editor: { font: 'mono', size: 14 }, language: 'de' },
      updated_at: '2026-01-31T09:31:00.000Z',
    });
  });

  it('keeps both of two concurrent patches to different members', async () => {
    const { service, ada, path } = await startWithAda();
    const patches = [{ a: 1 }, { b: 2 }];
    await Promise.all(patches.map((json) => call(service, 'PATCH', path, { ...ada, json })));
    expect((await call(service, 'GET', path, ada)).body).toMatchObject({
      preferences: { ...BEFORE, a: 1, b: 2 },
    });
  });

  it('refuses a patch that makes the preferences too large, and keeps them as they are', async () => {
    const { service, ada, path } = await startWithAda();
    const half = 'x'.repeat(10_000);
    await call(service, 'PATCH', path, { ...ada, json: { first: half } });
    const reply = await call(service, 'PATCH', path, { ...ada, json: { second: half } });
    expect(reply).toMatchObject({
      status: 422,
      body: { code: 'validation-failed', errors: [{ pointer: '' }] },
    });
    expect((await call(service, 'GET', path, ada)).body).not.toHaveProperty('preferences.second');
  });
});

describe.each(['PUT', 'PATCH'])('%s with If-Match', (method) => {
  it.each(['"1"', '"0", "1"', '*'])('changes the version that %s names', async (held) => {
    const { service, ada, path } = await startWithAda();
    const reply = await call(service, method, path, { ...ada, json: {}, headers: { 'if-match': held } });
    expect(reply).toMatchObject({ status: 200, headers: { etag: '"2"' } });
  });

  it.each(['"2"', 'W/"1"', '1', '"1', 'W/*', ''])(
    'refuses %s, which names no version there is',
    async (held) => {
      const { service, ada, path } = await startWithAda();
      const reply = await call(service, method, path, {
        ...ada,
        json: { a: 1 },
        headers: { 'if-match': held },
      });
      expect(reply).toMatchObject({ status: 412, body: { code: 'precondition-failed' } });
      expect((await call(service, 'GET', path, ada)).body).toMatchObject({ preferences: BEFORE });
    },
  );

  it('lets one of two writers with the same tag win', async () => {
    const { service, ada, path } = await startWithAda();
    const request = { ...ada, json: { a: 1 }, headers: { 'if-match': '"1"' } };
    const replies = await Promise.all([
      call(service, method, path, request),
      call(service, method, path, request),
    ]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('names a broken rule before a failed condition', async () => {
    const { service, ada, path } = await startWithAda();
    const reply = await call(service, method, path, { ...ada, json: [], headers: { 'if-match': '"9"' } });
    expect(reply).toMatchObject({ status: 422 });
  });
});
