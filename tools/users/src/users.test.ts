import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Service, startService } from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from './cli.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const TOKEN = `svc_${'A'.repeat(43)}`;

let folder: string;
let service: Service;

const inFolder = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'users-'));
  const sha256 = createHash('sha256').update(TOKEN).digest('hex');
  const entry = { name: 'support', sha256, scopes: ['users:read', 'users:write'] };
  writeFileSync(inFolder('services.json'), JSON.stringify([entry]));
  writeFileSync(inFolder('token'), `${TOKEN}\n`);
  service = await startService({
    APP_ENV: 'development',
    DATABASE_URL: `sqlite:${inFolder('users.db')}`,
    REDIS_HOST: '127.0.0.1',
    REDIS_PORT: '1',
    SERVICE_TOKENS_FILE: inFolder('services.json'),
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const runAt = async (url: string, args: readonly string[], env: Record<string, string>): Promise<Outcome> => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [out, err] = [text(stdout), text(stderr)];
  const code = await cli([...args, '--url', url], env, { stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, stdout: await out, stderr: await err };
};

const users = (args: readonly string[], env: Record<string, string> = { SERVICE_TOKEN: TOKEN }) =>
  runAt(service.internalUrl, args, env);

const lines = (output: string) => output.split('\n').filter(Boolean);

describe('npm run users', () => {
  it('is a program', { timeout: 60_000 }, () => {
    expect(execFileSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8' })).toMatch(
      /^usage: npm run users/,
    );
  });

  it('imports a file, tells which lines failed, and can be repeated', async () => {
    const people = ['ann', 'bob', 'cid'].map((name) => JSON.stringify({ email: `${name}@example.com` }));
    writeFileSync(inFolder('people.ndjson'), [people[0], '{"email":1}', ...people.slice(1)].join('\n'));
    const first = await users(['import', inFolder('people.ndjson')]);
    expect(first).toEqual({
      code: 1,
      stdout: 'Users created: 3, unchanged: 0, failed: 1.\n',
      stderr: 'line 2: validation-failed: email must be a string\n',
    });
    const again = await users(['import', inFolder('people.ndjson')]);
    expect(again.stdout).toBe('Users created: 0, unchanged: 3, failed: 1.\n');
  });

  it('lists, shows, disables, enables and deletes users, by id and by email', async () => {
    writeFileSync(inFolder('dan.ndjson'), '{"email":"dan@example.com"}\n{"email":"eve@example.com"}\n');
    expect((await users(['import', inFolder('dan.ndjson')])).code).toBe(0);
    const shown = JSON.parse((await users(['show', 'dan@example.com'])).stdout) as Record<string, unknown>;
    expect(shown).toMatchObject({ email: 'dan@example.com', status: 'active', session_count: 0 });
    const id = String(shown['user_id']);
    expect((await users(['disable', id])).stdout).toBe('dan@example.com is disabled.\n');
    const disabled = await users(['list', '--status', 'disabled']);
    expect(lines(disabled.stdout).map((line) => line.split('  ')[0])).toEqual([id]);
    expect((await users(['enable', 'dan@example.com'])).stdout).toBe('dan@example.com is active.\n');
    expect((await users(['revoke-sessions', id])).stdout).toBe(`${id} has no session.\n`);
    expect(lines((await users(['list', '--email-prefix', 'dan', '--limit', '1'])).stdout)).toHaveLength(1);
    expect((await users(['delete', id])).code).toBe(0);
    expect(await users(['show', 'dan@example.com'])).toMatchObject({
      code: 1,
      stderr: 'Nobody has the email dan@example.com.\n',
    });
    expect(await users(['show', id])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^404 /) as string,
    });
  });

  it('exports what it imports, and takes the token from a file', async () => {
    writeFileSync(inFolder('fay.ndjson'), '{"email":"fay@example.com","metadata":{"plan":"gold"}}\n');
    await users(['import', inFolder('fay.ndjson'), '--token-file', inFolder('token')], {});
    const exported = await users(['export', '--hashes']);
    const fay = lines(exported.stdout).find((line) => line.includes('fay@example.com'));
    expect(JSON.parse(fay ?? '')).toMatchObject({
      metadata: { plan: 'gold' },
      password_hash: expect.any(String) as string,
    });
    writeFileSync(inFolder('all.ndjson'), exported.stdout);
    expect((await users(['import', inFolder('all.ndjson')])).stdout).toMatch(
      /^Users created: 0, .* failed: 0\.$/m,
    );
  });

  it.each([
    [[], 'Name a command.'],
    [['ban'], 'There is no command ban.'],
    [['show'], 'show takes one argument.'],
    [['list', 'ann'], 'list takes no argument.'],
    [['list', '--token', 'svc_'], "Unknown option '--token'"],
  ])('refuses %j with its usage', async (args, message) => {
    const { code, stderr } = await users(args);
    expect(code).toBe(64);
    expect(stderr).toContain(message);
    expect(stderr).toContain('usage: npm run users');
  });

  it('says what is wrong with the token or the address, and never shows the token', async () => {
    const wrong = `svc_${'B'.repeat(42)}A`;
    const refused = await users(['list'], { SERVICE_TOKEN: wrong });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^401 /) as string });
    expect(refused.stderr).not.toContain(wrong);
    expect(await users(['list'], {})).toMatchObject({ code: 64 });
    expect(await runAt('http://127.0.0.1:1', ['list'], { SERVICE_TOKEN: TOKEN })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be reached') as string,
    });
  });

  it('needs no more memory for a long file than for a short one', { timeout: 60_000 }, async () => {
    const count = 100_000;
    writeFileSync(inFolder('many.ndjson'), '{"email":"a@example.com"}\n'.repeat(count));
    const results = Array.from({ length: 100 }, () => '{"line":1,"status":"unchanged"}\n').join('');
    const quick = createServer((req, res) => {
      res.writeHead(200, { 'content-type': 'application/x-ndjson' });
      void pipeline(Readable.from(Array<string>(count / 100).fill(results)), res);
      req.resume();
    });
    await new Promise<void>((resolve) => quick.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(quick.address() as AddressInfo).port}`;
    const args = ['--max-old-space-size=20', MAIN, 'import', inFolder('many.ndjson'), '--url', url];
    const env = { ...process.env, SERVICE_TOKEN: TOKEN };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout).toBe(`Users created: 0, unchanged: ${count}, failed: 0.\n`);
    quick.close();
  });

  it('says how far it came when the connection breaks', async () => {
    writeFileSync(inFolder('gus.ndjson'), '{"email":"gus@example.com"}\n');
    const broken = createServer((req, res) => {
      res.writeHead(200, { 'content-type': 'application/x-ndjson' });
      res.write('{"line":1,"status":"created"}\n', () => setImmediate(() => req.socket.destroy()));
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(broken.address() as AddressInfo).port}`;
    const outcome = await runAt(url, ['import', inFolder('gus.ndjson')], { SERVICE_TOKEN: TOKEN });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toContain('Users created: 1, unchanged: 0, failed: 0. Import the file again');
    broken.close();
  });
});
