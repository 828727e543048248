import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, spawnService, startService } from '@user-management/servers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, newUser } from './testing/client.ts';

const TOKEN = `svc_${'A'.repeat(43)}`;
const ENTRY = {
  name: 'billing',
  sha256: createHash('sha256').update(TOKEN).digest('hex'),
  scopes: ['introspect'],
};

let folder: string;
let file: string;
let service: Service;

const env = (members: Record<string, string> = {}) => ({
  APP_ENV: 'development',
  DATABASE_URL: 'memory:',
  REDIS_HOST: '127.0.0.1',
  REDIS_PORT: '1',
  ...members,
});

const write = (text: string) => writeFileSync(file, text);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'internal-'));
  file = join(folder, 'tokens.json');
});
afterEach(() => service.stop());
afterAll(() => rmSync(folder, { recursive: true }));

const introspect = async (token: string) => {
  const answer = await fetch(`${service.internalUrl}/v1/introspect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: new URLSearchParams({ token }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const health = () => call('GET', `${service.internalUrl}/health`);

describe('the internal listener', () => {
  it('tells a service who is logged in, and follows the list of services', { timeout: 60_000 }, async () => {
    write(JSON.stringify([ENTRY]));
    service = await startService(env({ SERVICE_TOKENS_FILE: file }));
    const user = await newUser(service);
    expect(await introspect(user.token)).toMatchObject({ status: 200, body: { active: true, sub: user.id } });
    expect((await health()).body['files']).toEqual([{ variable: 'SERVICE_TOKENS_FILE', problem: null }]);

    write('[\n{}]');
    const problem = expect.stringContaining('Line 2: name must be') as string;
    await expect
      .poll(async () => (await health()).body['files'], { timeout: 30_000 })
      .toEqual([{ variable: 'SERVICE_TOKENS_FILE', problem }]);
    expect((await introspect(user.token)).status).toBe(200);
    expect((await call('GET', `${service.url}/health`)).body).not.toHaveProperty('files');
    expect(service.output()).toContain('The content before stays in force.');
    const metrics = await (await fetch(`${service.internalUrl}/metrics`)).text();
    expect(metrics).toContain('user_management_file_refused{variable="SERVICE_TOKENS_FILE"} 1');

    write('[]');
    await expect.poll(async () => (await introspect(user.token)).status, { timeout: 30_000 }).toBe(401);
    expect((await health()).status).toBe(200);
  });

  it('serves health and metrics alone without a list', async () => {
    service = await startService(env());
    const { token } = await newUser(service);
    for (const path of ['/health', '/livez', '/readyz', '/metrics', '/openapi.json']) {
      expect((await fetch(service.internalUrl + path)).status).toBe(200);
    }
    expect((await health()).body['files']).toEqual([]);
    expect((await introspect(token)).status).toBe(404);
    expect((await call('GET', `${service.internalUrl}/v1/check`, { token })).status).toBe(404);
  });

  it('stops the start with 78 when the list is wrong', async () => {
    write('[]]');
    service = await spawnService(env({ SERVICE_TOKENS_FILE: file }));
    expect(await service.exit).toBe(78);
    expect(service.output()).toContain(
      `SERVICE_TOKENS_FILE is "${file}", which is refused. Line 1 is not valid JSON.`,
    );
  });
});
