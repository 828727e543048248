import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { DependencyUnavailable, parseEmail } from '@user-management/domain';
import { describe, expect, it } from 'vitest';
import { call } from '../testing/client.ts';
import { linesIn } from '../testing/described.ts';
import { ADA, letIn, register } from '../testing/people.ts';
import { startService } from '../testing/service.ts';

const IMPORT = '/v1/admin/users/import';
const EXPORT = '/v1/admin/users/export';
const NDJSON = { 'content-type': 'application/x-ndjson' };

async function world() {
  const service = await startService();
  return { service, token: letIn(service, 'users:read', 'users:write') };
}

type World = Awaited<ReturnType<typeof world>>;

const importAll = ({ service, token }: World, body: string | Buffer) =>
  call(service.internal, 'POST', IMPORT, { token, body, headers: NDJSON });

const results = async (here: World, body: string | Buffer) => linesIn((await importAll(here, body)).text);

const line = (value: object): string => `${JSON.stringify(value)}\n`;
const emails = (count: number) => Array.from({ length: count }, (_, n) => `user-${n}@example.com`);

describe('POST /v1/admin/users/import', () => {
  it('answers each line in order, adds users who can log in, and can be repeated', async () => {
    const here = await world();
    const body = emails(30).map((email) => line({ email, password: ADA.password, metadata: { email } }));
    const first = await results(here, body.join(''));
    expect(first.map((result) => [result['line'], result['status']])).toEqual(
      body.map((_, n) => [n + 1, 'created']),
    );
    const json = { ...ADA, email: 'user-7@example.com' };
    const login = await call(here.service, 'POST', '/v1/auth/login', { json });
    expect(login.body).toMatchObject({ user_id: first[7]?.['user_id'] });
    const again = await results(here, body.join(''));
    expect(again).toEqual(first.map((result) => ({ ...result, status: 'unchanged' })));
  });

  it('goes on after lines that fail, and says why', async () => {
    const here = await world();
    const body = Buffer.concat([
      Buffer.from('{"email":"a@example.com"}\r\n\n  \n{"email":\n'),
      Buffer.from(line({ email: 'b@example.com', nickname: 'b' })),
      Buffer.from('"'),
      Buffer.from([0xff]),
      Buffer.from('"\n'),
      Buffer.from(line({ email: 'c@example.com', password_hash: '5f4dcc3b5aa765d61d8327deb882cf99' })),
      Buffer.from(`${line({ email: 'd@example.com', password: 'password123' })}[]\nnull\n`),
      Buffer.from(line({ email: 'e@example.com', name: 'x'.repeat(70_000) })),
      Buffer.from('{"email":"f@example.com"}'),
    ]);
    expect(await results(here, body)).toEqual([
      { line: 1, status: 'created', user_id: expect.any(String) as string },
      { line: 4, status: 'failed', code: 'malformed-json', detail: 'The body is not valid JSON.' },
      {
        line: 5,
        status: 'failed',
        code: 'validation-failed',
        detail: 'nickname is not a member of this request',
      },
      { line: 6, status: 'failed', code: 'malformed-json', detail: 'The body is not valid UTF-8.' },
      {
        line: 7,
        status: 'failed',
        code: 'validation-failed',
        detail: expect.stringMatching(/^password_hash must be a hash/) as string,
      },
      {
        line: 8,
        status: 'failed',
        code: 'validation-failed',
        detail: 'password must not be one of the most common passwords',
      },
      { line: 9, status: 'failed', code: 'validation-failed', detail: 'The line must be a JSON object' },
      { line: 10, status: 'failed', code: 'validation-failed', detail: 'The line must be a JSON object' },
      {
        line: 11,
        status: 'failed',
        code: 'payload-too-large',
        detail: 'A line may have at most 65536 bytes.',
      },
      { line: 12, status: 'created', user_id: expect.any(String) as string },
    ]);
    expect(JSON.stringify(here.service.logger.lines)).not.toContain('5f4dcc3b5aa765d61d8327deb882cf99');
  });

  it('logs the cause of a line that fails unexpectedly, and goes on', async () => {
    const here = await world();
    const failure = new Error('a defect');
    const { importUsers } = here.service.useCases;
    here.service.useCases.importUsers = async (given, origin) =>
      (await importUsers(given, origin)).map((outcome, n) =>
        given[n]?.name === null ? outcome : { status: 'rejected', reason: failure },
      );
    const [bad, good] = emails(2);
    expect(await results(here, line({ email: bad, name: 'x' }) + line({ email: good }))).toMatchObject([
      { status: 'failed', code: 'internal-error' },
      { status: 'created' },
    ]);
    expect(JSON.stringify(here.service.logger.lines)).toContain('A line of an import failed.');
  });

  it('imports lines again that fail because the store is gone', async () => {
    const here = await world();
    const { importUsers } = here.service.useCases;
    let losses = 2;
    here.service.useCases.importUsers = async (given, origin) => {
      const outcomes = await importUsers(given, origin);
      if (losses-- === 0) return outcomes;
      const reason = new DependencyUnavailable('user store');
      return outcomes.map((outcome, n) => (n % 2 ? { status: 'rejected', reason } : outcome));
    };
    const body = emails(5).map((email) => line({ email, name: 'x' }));
    body.splice(2, 0, line({ email: 'a@example.com', name: 1 }));
    expect((await results(here, body.join(''))).map((result) => result['status'])).toEqual([
      'created',
      'unchanged',
      'failed',
      'created',
      'unchanged',
      'created',
    ]);
    expect(losses).toBe(-1);
  });

  it('answers a line before the next one is sent', async () => {
    const here = await world();
    const { request, replies } = await open(here);
    for (const email of emails(3)) {
      request.write(line({ email }));
      expect(await replies.next()).toMatchObject({ value: expect.stringContaining('"created"') as string });
    }
    request.end();
    expect(await replies.next()).toMatchObject({ done: true });
  });

  it('invites a body whose client waits for that, before the answer begins', async () => {
    const here = await world();
    const { request, replies, invited } = await open(here, { expect: '100-continue' });
    expect(invited).toBe(true);
    request.end(line({ email: 'a@example.com' }));
    expect(await replies.next()).toMatchObject({ value: expect.stringContaining('"created"') as string });
  });

  it('has no more of a long body in memory than of a short one', async () => {
    const here = await world();
    const body = emails(5_000).map((email) => line({ email, metadata: { note: 'x'.repeat(1_000) } }));
    const size = body.join('').length / body.length;
    const { importUsers } = here.service.useCases;
    const [sockets, held]: [Socket[], number[]] = [[], []];
    let [begun, done] = [0, 0];
    here.service.internal.server.on('connection', (socket) => sockets.push(socket));
    here.service.useCases.importUsers = async (given, origin) => {
      expect((begun += given.length) - done).toBeLessThanOrEqual(200);
      const read = sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
      held.push(read - done * size);
      const outcomes = await importUsers(given, origin);
      // A store is slower than the network.
      for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
      done += given.length;
      return outcomes;
    };
    const results = await importAll(here, body.join(''));
    expect(results.text.split('"created"')).toHaveLength(5_001);
    // The body has 5 MiB.
    expect(Math.max(...held)).toBeLessThan(512 * 1024);
  });

  it('takes nothing but lines', async () => {
    const here = await world();
    const reply = await call(here.service.internal, 'POST', IMPORT, { token: here.token, json: {} });
    expect(reply).toMatchObject({ status: 415, body: { code: 'unsupported-media-type' } });
    expect(linesIn((await importAll(here, '')).text)).toEqual([]);
  });

  it('keeps what it acknowledged when the client goes', async () => {
    const here = await world();
    const { request, replies } = await open(here);
    request.write(line({ email: 'a@example.com' }) + '{"email":"b@exam');
    await replies.next();
    request.destroy();
    await once(request, 'close');
    expect(
      await results(here, line({ email: 'a@example.com' }) + line({ email: 'b@example.com' })),
    ).toMatchObject([{ status: 'unchanged' }, { status: 'created' }]);
  });
});

describe('GET /v1/admin/users/export', () => {
  it('gives all users as operators see them, without hashes', async () => {
    const here = await world();
    const body = emails(450).map((email) => line({ email, metadata: { email } }));
    await importAll(here, body.join(''));
    const reply = await call(here.service.internal, 'GET', EXPORT, { token: here.token });
    expect(reply.headers['content-type']).toBe('application/x-ndjson');
    expect(linesIn(reply.text).map(({ email }) => email)).toEqual(emails(450));
    expect(reply.text).not.toContain('password_hash');
    const head = await call(here.service.internal, 'HEAD', EXPORT, { token: here.token });
    expect(head).toMatchObject({ status: 200, text: '' });
  });

  it('gives with hashes what an import takes', async () => {
    const here = await world();
    await register(here.service, { name: 'Ada', preferences: { theme: 'dark' } });
    const bob = {
      email: 'bob@example.com',
      status: 'disabled',
      metadata: { plan: 'gold' },
      email_verified: true,
    };
    await importAll(here, line(bob));
    const path = `${EXPORT}?hashes=true`;
    const { text } = await call(here.service.internal, 'GET', path, { token: here.token });
    const other = await world();
    expect(await results(other, text)).toMatchObject([{ status: 'created' }, { status: 'created' }]);
    expect((await call(other.service, 'POST', '/v1/auth/login', { json: ADA })).status).toBe(200);
    const moved = await call(other.service.internal, 'GET', path, { token: other.token });
    expect(linesIn(moved.text)).toEqual(linesIn(text));
    expect(await other.service.users.findByEmail(parseEmail(bob.email))).toMatchObject({
      status: 'disabled',
      metadata: bob.metadata,
    });
  });

  it('cuts the connection when the store fails in the middle', async () => {
    const here = await world();
    await importAll(here, line({ email: 'a@example.com' }));
    const failure = new Error('lost');
    here.service.useCases.exportUsers = async function* () {
      yield (await here.service.users.list({}, 1)).users;
      throw failure;
    };
    const request = call(here.service.internal, 'GET', EXPORT, { token: here.token });
    await expect(request).rejects.toThrow(/aborted|hang up|terminated/);
    expect(here.service.logger.lines).toContainEqual(
      expect.objectContaining({
        message: 'Failed',
        details: expect.objectContaining({ err: failure }) as object,
      }),
    );
  });
});

/** A request whose body is still being sent. */
async function open({ service, token }: World, headers: Record<string, string> = {}) {
  const request = http.request({
    port: service.internal.port,
    method: 'POST',
    path: IMPORT,
    agent: false,
    headers: { ...NDJSON, ...headers, authorization: `Bearer ${token}` },
  });
  request.on('error', () => undefined);
  let invited = false;
  request.once('continue', () => (invited = true));
  request.flushHeaders();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return { request, invited, replies: createInterface({ input: response })[Symbol.asyncIterator]() };
}
