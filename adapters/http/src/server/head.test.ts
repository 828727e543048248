import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../answer/answer.ts';
import { call, type Reply } from '../testing/client.ts';
import { register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';
import { writeHeadAsText } from './head.ts';

const KEPT = { connection: 'keep-alive' };

const withoutConnection = ({ headers, ...reply }: Reply) => ({
  ...reply,
  headers: { ...headers, connection: undefined, 'keep-alive': undefined, date: undefined },
});

describe('an answer on a connection that stays open', () => {
  it.each([
    ['GET', '/v1/users/me', {}],
    ['HEAD', '/v1/users/me', {}],
    ['GET', '/v1/users/me', { 'if-none-match': '"1"' }],
    ['GET', '/v1/users/me', { 'if-match': '"7"' }],
    ['PATCH', '/v1/users/me', { 'content-type': 'text/plain' }],
    ['OPTIONS', '/v1/users/me', {}],
    ['DELETE', '/livez', {}],
    ['GET', '/nothing', {}],
    ['GET', '/openapi.json', {}],
  ])('is the same as on another one: %s %s with %j', async (method, path, headers) => {
    const service = await startService();
    const { token } = await register(service);
    const id = { 'x-request-id': 'the-same' };
    const send = (more: object) =>
      call(service, method, path, { token, headers: { ...headers, ...id, ...more } });
    const [kept, closed] = [await send(KEPT), await send({ connection: 'close' })];
    expect(kept.headers).toMatchObject({
      ...KEPT,
      'keep-alive': 'timeout=65',
      date: expect.stringMatching(/GMT$/) as string,
    });
    expect(withoutConnection(kept)).toEqual(withoutConnection(closed));
  });

  it('begins with text: Node would put the date before its other headers', async () => {
    const reply = await call(await startService(), 'GET', '/livez', { headers: KEPT });
    expect(Object.keys(reply.headers).at(-1)).toBe('date');
  });
});

describe('writeHeadAsText', () => {
  const response = () => new ServerResponse(new IncomingMessage(new Socket()));
  const textOf = (answer: Answer): string => {
    const res = response();
    expect(writeHeadAsText(res, answer, 'id')).toBe(true);
    return (res as unknown as { _header: string })._header;
  };
  const answer: Answer = { status: 200, headers: {}, body: 'é' };

  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts bytes, not characters', () => {
    expect(textOf(answer)).toContain('\r\nContent-Length: 2\r\n');
  });

  it.each([{ 'X-Bad': 'a\r\nX-Good: b' }, { 'X-Bad\r\nX-Good': 'b' }, { 'X Bad': 'b' }])(
    'refuses a header that is not one line: %j',
    (headers) => {
      expect(() => writeHeadAsText(response(), { ...answer, headers }, 'id')).toThrow(TypeError);
    },
  );

  it('has the time of each answer', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const time of ['2026-11-27T00:00:59.999Z', '2026-11-27T00:01:00.000Z', '2026-11-26T00:00:00.000Z']) {
      vi.setSystemTime(time);
      expect(textOf(answer)).toContain(`\r\nDate: ${new Date(time).toUTCString()}\r\n\r\n`);
    }
  });
});
