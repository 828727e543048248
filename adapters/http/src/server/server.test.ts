import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { ADA } from '../testing/people.ts';
import { open, sendRaw } from '../testing/raw.ts';
import { startService } from '../testing/service.ts';

/** An answer written on the bare socket, as precisely as a client would read it. */
function parse(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [, ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(': ') + 2)]),
  );
  return {
    status: Number(answer.slice(9, 12)),
    headers,
    problem: JSON.parse(body) as Record<string, unknown>,
    body,
  };
}

describe('what is not a request', () => {
  it.each([
    ['an unknown method', 'BREW /v1/users/me HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method-not-allowed'],
    ['a method in lower case', 'get /livez HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method-not-allowed'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'method-not-allowed'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', 400, 'malformed-request'],
    ['a TLS handshake', '\x16\x03\x01\x02\x00\x01\x00\x01', 400, 'malformed-request'],
    ['a NUL in the path', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'malformed-request'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400, 'malformed-request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'malformed-request',
    ],
    [
      'a header of 20 KiB',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_480)}\r\n\r\n`,
      431,
      'header-too-large',
    ],
    ['a path of 20 KiB', `GET /${'a'.repeat(20_480)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414, 'target-too-long'],
  ])('is answered with a problem all the same: %s', async (_, bytes, status, code) => {
    const service = await startService();
    const answer = parse(await sendRaw(service, bytes));
    expect(answer).toMatchObject({ status, problem: { status, code } });
    expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
    expect(answer.headers.get('Content-Length')).toBe(String(Buffer.byteLength(answer.body)));
    expect(answer.headers.get('X-Request-Id')).toBe(answer.problem['request_id']);
    expect(answer.headers.get('Cache-Control')).toBe('no-store');
    expect(answer.headers.get('Connection')).toBe('close');
    expect(answer.headers.get('Allow')).toBe(
      status === 405 ? 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT' : undefined,
    );
    expect(await call(service, 'GET', '/livez')).toMatchObject({ status: 200 });
  });

  it('does not get a second answer into the first', async () => {
    const service = await startService();
    const socket = await open(service);
    const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    socket.write(`${head}Transfer-Encoding: chunked\r\n\r\n10001\r\n${' '.repeat(0x10001)}\r\n`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    const more: Buffer[] = [];
    socket.on('data', (data) => more.push(data));
    socket.write('this is no chunk\r\n');
    await once(socket, 'close');
    expect(Buffer.concat(more).toString()).not.toContain('HTTP/1.1');
  });

  it('cannot hold on to its connection', async () => {
    const service = await startService();
    const socket = connect({ port: service.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('nonsense\r\n\r\n');
    await once(socket.resume(), 'end');
    const count = promisify(service.server.getConnections.bind(service.server));
    await expect.poll(() => count()).toBe(0);
    socket.destroy();
  });

  it('is not waited for any longer than a request may take', async () => {
    const service = await startService();
    // Node heeds the second only as far as the first is shorter.
    Object.assign(service.server, { headersTimeout: 1, requestTimeout: 1 });
    const head = 'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const answer = parse(await sendRaw(service, `${head}Content-Length: 100\r\n\r\n{"email":`));
    expect(answer).toMatchObject({ status: 408, problem: { code: 'request-timeout' } });
  });
});

describe('an expectation', () => {
  it('to be told to go on is met', async () => {
    const service = await startService();
    const body = JSON.stringify(ADA);
    const head =
      'POST /v1/users/register HTTP/1.1\r\nHost: x\r\nContent-Type: ' +
      'application/json\r\nConnection: close\r\n';
    const socket = await open(service);
    socket.write(`${head}Expect: 100-continue\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`);
    const [go] = (await once(socket, 'data')) as [Buffer];
    expect(go.toString()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write(body);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 201 /);
  });

  it('that nobody knows is ignored', async () => {
    const service = await startService();
    expect(await call(service, 'GET', '/livez', { headers: { expect: 'miracles' } })).toMatchObject({
      status: 200,
    });
  });
});

describe('a connection', () => {
  it('serves one request after the other, also after a problem', async () => {
    const service = await startService();
    const requests = ['GET /livez', 'GET /nothing', 'POST /livez', 'GET /livez'].map(
      (line, i) => `${line} HTTP/1.1\r\nHost: x\r\n${i === 3 ? 'Connection: close\r\n' : ''}\r\n`,
    );
    const answers = await sendRaw(service, requests.join(''));
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '200',
      '404',
      '405',
      '200',
    ]);
  });

  it('stays open after a small body that nobody read', async () => {
    const service = await startService();
    const refused = 'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n';
    const socket = await open(service);
    socket.write(refused);
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(first.toString()).toMatch(/^HTTP\/1\.1 405 .*Connection: keep-alive/s);
    socket.write('12345GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
    const [second] = (await once(socket, 'data')) as [Buffer];
    expect(second.toString()).toMatch(/^HTTP\/1\.1 200 /);
    socket.destroy();
  });
});
