import { UserNotFound } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA, type Person, register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const READS = ['/v1/users/me', '/v1/users/{user_id}', '/v1/users/{user_id}/preferences'];
const at = (path: string, { userId }: Person) => path.replace('{user_id}', userId);

/** By the tag `"1"` that the user has: If-Match, If-None-Match, the answer to a read and to a change. */
type Row = readonly [match: string | undefined, noneMatch: string | undefined, read: number, change: number];

const ROWS: readonly Row[] = [
  [undefined, undefined, 200, 200],
  // If-Match: strong comparison.
  ['"1"', undefined, 200, 200],
  ['"0", "1"', undefined, 200, 200],
  [', "a,b" ,,\t"1",', undefined, 200, 200],
  ['*', undefined, 200, 200],
  ['"2"', undefined, 412, 412],
  ['W/"1"', undefined, 412, 412],
  // If-None-Match: weak comparison.
  [undefined, '"1"', 304, 412],
  [undefined, 'W/"1"', 304, 412],
  [undefined, '"0", W/"1"', 304, 412],
  [undefined, '*', 304, 412],
  [undefined, '"2"', 200, 200],
  [undefined, 'W/"2"', 200, 200],
  // Both: If-Match comes first.
  ['"1"', '"1"', 304, 412],
  ['"1"', '"2"', 200, 200],
  ['"2"', '"1"', 412, 412],
  ['"2"', '"2"', 412, 412],
  ['*', '*', 304, 412],
  // No list of tags: nothing changes under a condition that was not understood.
  ...['', '1', '"1', '1"', '"1""2"', '"1" "2"', '*, "1"', 'w/"1"', 'W/*', '"0,"1""', "'1'"].flatMap(
    (text): Row[] => [
      [text, undefined, 412, 412],
      [undefined, text, 200, 412],
    ],
  ),
];

describe.each(ROWS)('If-Match: %s, If-None-Match: %s', (match, noneMatch, read, change) => {
  const headers = {
    ...(match !== undefined && { 'if-match': match }),
    ...(noneMatch !== undefined && { 'if-none-match': noneMatch }),
  };

  it.each(READS)(`answers a read with ${read}: %s`, async (path) => {
    const service = await startService();
    const ada = await register(service);
    for (const method of ['GET', 'HEAD']) {
      const reply = await call(service, method, at(path, ada), { ...ada, headers });
      expect(reply).toMatchObject({ status: read, headers: read === 412 ? {} : { etag: '"1"' } });
    }
  });

  it.each(['PUT', 'PATCH'])(`answers a change with ${change}: %s`, async (method) => {
    const service = await startService();
    const ada = await register(service);
    const path = `${ada.path}/preferences`;
    const reply = await call(service, method, path, { ...ada, json: { a: 1 }, headers });
    expect(reply.status).toBe(change);
    const { body } = await call(service, 'GET', path, ada);
    expect(body).toMatchObject({ preferences: change === 200 ? { a: 1 } : {} });
  });
});

describe('conditions', () => {
  it('may stand on several lines', async () => {
    const service = await startService();
    const ada = await register(service);
    const reply = await call(service, 'GET', ada.path, {
      ...ada,
      headers: { 'If-None-Match': ['"0"', '"1"'] },
    });
    expect(reply.status).toBe(304);
  });

  it('are checked in one step with the change: one of two writers with the same tag wins', async () => {
    const service = await startService();
    const ada = await register(service);
    const write = (headers: Record<string, string>) =>
      call(service, 'PUT', `${ada.path}/preferences`, { ...ada, json: {}, headers });
    const replies = await Promise.all([write({ 'if-none-match': '"2"' }), write({ 'if-none-match': '"2"' })]);
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('come after every other check (RFC 9110, 13.2.1)', async () => {
    const service = await startService();
    const ada = await register(service);
    const headers = { 'if-match': '"9"' };
    const path = `${ada.path}/preferences`;
    expect(await call(service, 'GET', ada.path, { headers })).toMatchObject({ status: 401 });
    expect(await call(service, 'GET', '/v1/users/x', { ...ada, headers })).toMatchObject({ status: 403 });
    expect(await call(service, 'GET', '/nothing', { ...ada, headers })).toMatchObject({ status: 404 });
    expect(await call(service, 'POST', path, { ...ada, headers })).toMatchObject({ status: 405 });
    expect(await call(service, 'PUT', path, { ...ada, body: '{}', headers })).toMatchObject({ status: 415 });
    expect(await call(service, 'PUT', path, { ...ada, json: [], headers })).toMatchObject({ status: 422 });
    service.users.update = () => Promise.reject(new UserNotFound());
    expect(await call(service, 'PUT', path, { ...ada, json: {}, headers })).toMatchObject({ status: 404 });
  });

  it('hold without a tag for any version alone', async () => {
    const service = await startService();
    const read = (headers: Record<string, string>) => call(service, 'GET', '/livez', { headers });
    expect(await read({ 'if-match': '*' })).toMatchObject({ status: 200 });
    expect(await read({ 'if-match': '"1"' })).toMatchObject({ status: 412 });
    expect(await read({ 'if-none-match': '"1"' })).toMatchObject({ status: 200 });
    expect(await read({ 'if-none-match': '*' })).toMatchObject({ status: 304 });
  });

  it('mean nothing to POST and OPTIONS, and to an answer that is not 200', async () => {
    const service = await startService();
    const headers = { 'if-match': '"1"', 'if-none-match': '*' };
    await register(service);
    expect(await call(service, 'POST', '/v1/auth/login', { json: ADA, headers })).toMatchObject({
      status: 200,
    });
    expect(await call(service, 'OPTIONS', '/livez', { headers })).toMatchObject({ status: 204 });
    Object.assign(service.state, { status: 'draining', serving: false });
    expect(await call(service, 'GET', '/readyz', { headers })).toMatchObject({ status: 503 });
  });

  it('by date are ignored, since no answer has one', async () => {
    const service = await startService();
    const ada = await register(service);
    const headers = {
      'if-unmodified-since': 'Sat, 01 Jan 2000 00:00:00 GMT',
      'if-modified-since': 'tomorrow',
    };
    expect(await call(service, 'GET', ada.path, { ...ada, headers })).toMatchObject({ status: 200 });
  });
});
