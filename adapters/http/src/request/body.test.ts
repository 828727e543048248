import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import type { RateVerdict } from '@user-management/domain';
import { describe, expect, it, vi } from 'vitest';
import { JSON_TYPE } from '../answer/answer.ts';
import { call } from '../testing/client.ts';
import { ADA, register } from '../testing/people.ts';
import { open, sendRaw } from '../testing/raw.ts';
import { type Service, startService } from '../testing/service.ts';
import { BODY_LIMIT, readBody } from './body.ts';

const JSON_HEADER = { 'content-type': 'application/json' };
const HEAD = 'POST /v1/users/register HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

const login = (service: Service, body: string | Buffer, headers: Record<string, string> = JSON_HEADER) =>
  call(service, 'POST', '/v1/auth/login', { body, headers });

/** A login, which fails for no other reason, of exactly so many bytes. */
const loginOf = (bytes: number) => JSON.stringify(ADA).padEnd(bytes);

const stillServes = async (service: Service) => {
  expect(await call(service, 'GET', '/livez')).toMatchObject({ status: 200 });
};

describe('a body that is not JSON', () => {
  it.each(['{', '{"a":1,}', 'email=ada', '\u0000', '{} {}', 'NaN'])('is malformed: %j', async (body) => {
    const service = await startService();
    expect(await login(service, body)).toMatchObject({ status: 400, body: { code: 'malformed-json' } });
  });

  it('is not quoted in the answer or in the log, since it may hold a password', async () => {
    const service = await startService();
    const reply = await login(service, '{"password":"hunter2-hunter2"');
    expect(reply.text).not.toContain('hunter2');
    expect(JSON.stringify(service.logger.lines)).not.toContain('hunter2');
  });

  it.each([
    ['a lone continuation byte', [0x22, 0x80, 0x22]],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22]],
    ['an encoded surrogate', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['Latin-1', [0x22, 0xe4, 0x22]],
    ['a character cut off at the end', [0x22, 0xe2, 0x82]],
  ])('is malformed where it is not UTF-8: %s', async (_, bytes) => {
    const service = await startService();
    const reply = await login(service, Buffer.from(bytes));
    expect(reply).toMatchObject({
      status: 400,
      body: { code: 'malformed-json', detail: 'The body is not valid UTF-8.' },
    });
  });

  it('is malformed where it is empty, whatever its type', async () => {
    const service = await startService();
    const empty = { status: 400, body: { code: 'malformed-json', detail: 'The body is empty.' } };
    expect(await login(service, '')).toMatchObject(empty);
    expect(await login(service, '', {})).toMatchObject(empty);
    expect(await call(service, 'POST', '/v1/auth/login')).toMatchObject(empty);
    expect(
      await sendRaw(service, `${HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n`),
    ).toMatch(/^HTTP\/1\.1 400 .*The body is empty\./s);
  });
});

describe('the media type of a body', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=utf8',
    'application/json;charset=UTF8',
    'Application/JSON;Charset="UTF-8"',
    'application/json; charset="utf8"',
  ])('may be %s', async (type) => {
    const service = await startService();
    await register(service);
    expect(await login(service, JSON.stringify(ADA), { 'content-type': type })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    {},
    { 'content-type': '' },
    { 'content-type': 'text/plain' },
    { 'content-type': 'json' },
    { 'content-type': 'application/jsonp' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/merge-patch+json' },
    { 'content-type': 'application/json; charset=latin1' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/json; charset=utf-88' },
    { ...JSON_HEADER, 'content-encoding': 'gzip' },
  ])('may not be %j', async (headers) => {
    const service = await startService();
    const reply = await login(service, JSON.stringify(ADA), headers);
    expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
  });

  it('is named by the refusal of another one', async () => {
    const service = await startService();
    const ada = await register(service);
    const send = (method: string, headers: Record<string, string>) =>
      call(service, method, `${ada.path}/preferences`, { ...ada, body: '{}', headers });
    const text = { 'content-type': 'text/plain' };
    const patch = 'application/json, application/merge-patch+json';
    expect(await send('PATCH', text)).toMatchObject({ status: 415, headers: { 'accept-patch': patch } });
    expect(await send('PUT', text)).toMatchObject({ status: 415, headers: { accept: 'application/json' } });
    expect(await send('PUT', { ...JSON_HEADER, 'content-encoding': 'gzip' })).toMatchObject({
      status: 415,
      headers: { 'accept-encoding': 'identity' },
    });
    expect(await call(service, 'OPTIONS', `${ada.path}/preferences`)).toMatchObject({
      headers: { 'accept-patch': patch },
    });
  });

  it('of PUT preferences may not be a merge patch', async () => {
    const service = await startService();
    const ada = await register(service);
    const headers = { 'content-type': 'application/merge-patch+json' };
    const reply = await call(service, 'PUT', `${ada.path}/preferences`, { ...ada, body: '{}', headers });
    expect(reply).toMatchObject({ status: 415 });
  });
});

describe('the size of a body', () => {
  it('may be 64 KiB', async () => {
    const service = await startService();
    await register(service);
    expect(await login(service, loginOf(64 * 1024))).toMatchObject({ status: 200 });
  });

  it.each([64 * 1024 + 1, 65 * 1024, 1024 * 1024])('may not be %d bytes', async (bytes) => {
    const service = await startService();
    const reply = await login(service, loginOf(bytes));
    expect(reply).toMatchObject({
      status: 413,
      body: { code: 'payload-too-large' },
      headers: { connection: 'close' },
    });
    await stillServes(service);
  });

  it('is refused as announced, before anything is sent', async () => {
    const service = await startService();
    const answer = await sendRaw(service, `${HEAD}Content-Length: 65537\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*"code":"payload-too-large"/s);
    await stillServes(service);
  });

  it('is bounded for a body that never ends: the answer comes, then the connection is closed', async () => {
    const service = await startService();
    const socket = await open(service);
    const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    const pump = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', pump).on('error', () => undefined);
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    pump();
    const chunks: Buffer[] = [];
    socket.on('data', (data) => chunks.push(data));
    await new Promise((closed) => socket.once('close', closed));
    expect(Buffer.concat(chunks).toString()).toMatch(
      /^HTTP\/1\.1 413 .*Connection: close.*"payload-too-large"/s,
    );
    await stillServes(service);
  });
});

describe('a client that was answered before it had sent everything', () => {
  it('may go on for a while, lest it lose the answer', async () => {
    const service = await startService();
    const socket = await open(service);
    const ended = once(socket, 'end').then(() => 'ended');
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n10001\r\n${' '.repeat(0x10001)}\r\n`);
    await once(socket, 'data');
    await stillServes(service);
    expect(await Promise.race([ended, Promise.resolve('still open')])).toBe('still open');
    socket.write('0\r\n\r\n');
    expect(await ended).toBe('ended');
  });
});

describe('a body', () => {
  const REGISTRATION = '{"email":"ada@example.com","password":"correct horse","device_id":"laptop"}';
  const bytes = (body: string) => `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`;
  const statuses = (answers: string) => [...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code]) => code);

  it('may arrive in one packet with others, and in pieces', async () => {
    const service = await startService();
    const socket = await open(service);
    const answers = text(socket);
    const last = bytes(REGISTRATION.padStart(BODY_LIMIT)).replace('\r\n', '\r\nConnection: close\r\n');
    const stream = bytes('{}') + bytes(REGISTRATION) + bytes('{') + last;
    const pieces = [stream.slice(0, -60_000), stream.slice(-60_000, -1), stream.slice(-1)];
    for (const [n, piece] of pieces.entries()) {
      socket.write(piece);
      // Another request in between: by now the service has the piece.
      if (n < 2) await stillServes(service);
    }
    expect(statuses(await answers)).toEqual(['422', '201', '400', '409']);
  });
});

describe('a body that breaks off', () => {
  it('is no fault of the service, which goes on', async () => {
    const service = await startService();
    const socket = await open(service);
    socket.write(`${HEAD}Content-Length: 100\r\n\r\n{"email":`);
    // Another request in between: by now the first one has begun.
    await stillServes(service);
    socket.resetAndDestroy();
    await expect.poll(() => service.observer.answers).toHaveLength(2);
    expect(service.observer.answers).toContainEqual(expect.objectContaining({ method: 'POST', status: 400 }));
    expect(service.logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
    await stillServes(service);
  });
});

describe('a body that breaks off while the request is counted', () => {
  const begin = async (rest: string) => {
    const service = await startService();
    const counting = Promise.withResolvers<RateVerdict>();
    const count = vi.spyOn(service.limiter, 'use').mockReturnValue(counting.promise);
    const socket = await open(service);
    socket.write(`${HEAD}${rest}`);
    await expect.poll(() => count.mock.calls).toHaveLength(1);
    return { service, socket, goOn: () => counting.resolve({ allowed: true, remaining: 1, moreAfter: 0 }) };
  };
  const connections = ({ server }: Service) => promisify(server.getConnections.bind(server))();

  const expectNoFault = async ({ observer, logger }: Service) => {
    await expect.poll(() => observer.answers).toHaveLength(1);
    expect(observer.answers).toMatchObject([{ method: 'POST', status: 400 }]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  };

  it('is no fault of the service when the client has left', async () => {
    const { service, socket, goOn } = await begin('Content-Length: 100\r\n\r\n{"email":');
    socket.resetAndDestroy();
    await expect.poll(() => connections(service)).toBe(0);
    goOn();
    await expectNoFault(service);
  });

  it('is no fault of the service when a chunk is malformed', async () => {
    const { service, socket, goOn } = await begin('Transfer-Encoding: chunked\r\n\r\nno length\r\n');
    goOn();
    expect(await text(socket)).toContain('malformed-request');
    await expectNoFault(service);
  });
});

it('is waited for no longer than 30 seconds, also where a request may take longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const headers = { 'content-type': JSON_TYPE, 'content-length': '10' };
    const slow = Object.assign(new PassThrough(), { headers, method: 'POST' }) as unknown as IncomingMessage;
    const body = readBody(slow, [JSON_TYPE]);
    const refused = expect(body).rejects.toMatchObject({ code: 'request-timeout' });
    vi.advanceTimersByTime(30_000);
    await refused;
  } finally {
    vi.useRealTimers();
  }
});
