import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisUrl, startService } from '@user-management/servers';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { bundle } from './bundle.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  await bundle(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const filesOf = async (ending: string): Promise<string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith(ending)).map((file) => join(folder, file));

/** Runs one of its programs. @returns its exit code and output */
function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(process.execPath, [join(folder, program), ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, output: stdout + stderr });
    });
  });
}

it('has the service, with what it loads on demand', async () => {
  const env = {
    ...redisEnv(),
    DATABASE_URL: `sqlite:${join(folder, 'users.db')}`,
    SMTP_URL: 'smtp://localhost',
    MAIL_FROM: 'no-reply@example.com',
    LOG_FORMAT: 'pretty',
  };
  const service = await startService(env, join(folder, 'service.cjs'));
  onTestFinished(() => service.stop());
  const post = (path: string, password: string) =>
    fetch(service.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ann@example.com', password, device_id: 'phone' }),
    });
  expect((await post('/v1/users/register', 'password123')).status).toBe(422);
  expect((await post('/v1/users/register', 'correct horse')).status).toBe(201);
  expect((await post('/v1/auth/login', 'correct horse')).status).toBe(200);
  const api = (await (await fetch(`${service.url}/openapi.json`)).json()) as { info: { version: string } };
  expect(api.info.version).toBe(version);
  const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
  expect(metrics).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
});

it('reads less than 1.4 MB at the start of the service', async () => {
  expect((await readFile(join(folder, 'service.cjs'))).length).toBeLessThan(1.4e6);
});

it('has the doctor, which reaches Redis and loads argon2', async () => {
  const { output } = await run('doctor.cjs', [], redisEnv());
  expect(output).toContain('Redis took a key');
  expect(output).toContain('Passwords are hashed by the default build');
});

it('has the check of settings', async () => {
  expect(await run('check-settings.cjs', [], { PORT: 'a' })).toMatchObject({ code: 78 });
});

it('translates the frames of a stack to the lines of the sources', async () => {
  const file = join(folder, 'service.cjs');
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((text) => text.includes('does not start: '));
  const { output } = await run('where.cjs', [`at main (${file}:${line + 1}:5)`]);
  expect(output).toMatch(/^at main \(.*apps\/user-management\/src\/main\.ts:\d+\)\n$/);
});

it('has the license of every package inside', async () => {
  const maps = await Promise.all((await filesOf('.map')).map((file) => readFile(file, 'utf8')));
  const sources = maps.flatMap((map) => (JSON.parse(map) as { sources: string[] }).sources);
  const packages = sources.flatMap((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
  const licenses = await readFile(join(folder, 'THIRD-PARTY-LICENSES'), 'utf8');
  expect(new Set(packages)).toContain('koa');
  expect([...new Set(packages)].filter((name) => !licenses.includes(`== ${name}@`))).toEqual([]);
});

it('has one byte for each character of the programs', async () => {
  const programs = await Promise.all((await filesOf('.cjs')).map((file) => readFile(file)));
  expect(programs.every((bytes) => bytes.every((byte) => byte < 0x80))).toBe(true);
});

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };

function redisEnv(): Record<string, string> {
  const { hostname, port, pathname } = new URL(redisUrl());
  return { REDIS_HOST: hostname, REDIS_PORT: port, REDIS_DB: pathname.slice(1) };
}
