import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ProxyName,
  type RedisServer,
  type Service,
  startProxy,
  startRedis,
  startService,
} from '@user-management/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, newUser, type Registered } from './testing/client.ts';
import { keepAsking } from './testing/load.ts';

/** Sessions that end while others go on. */
const LOG_OUTS = 20;

const TOKEN = `svc_${'A'.repeat(43)}`;

const page = readFileSync(new URL('../../../docs/integrate.md', import.meta.url), 'utf8');

/** The block of the page in this language. */
const block = (language: string): string =>
  new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, 'm').exec(page)?.[1] ?? '';

const TEMPORARY = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
  (kind) => `${kind}_temp_path FOLDER;`,
);

const NGINX = (http: string) => `
daemon off;
pid FOLDER/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log off;
  ${TEMPORARY.join('\n  ')}
  ${http}
}`;

const FILES: Readonly<Record<ProxyName, Readonly<Record<string, string>>>> = {
  nginx: { 'nginx.conf': NGINX(block('nginx')) },
  haproxy: { 'haproxy.cfg': block('haproxy'), 'check.lua': block('lua') },
  caddy: { Caddyfile: block('caddyfile') },
};

let redis: RedisServer;
let folder: string;
/** The proxies ask the first one, and people log out at the second one. */
let asked: Service;
let other: Service;
let app: Server;
let seen: IncomingHttpHeaders;

beforeAll(async () => {
  redis = await startRedis({ args: ['--appendonly', 'yes'] });
  folder = mkdtempSync(join(tmpdir(), 'forward-auth-'));
  const file = join(folder, 'tokens.json');
  const sha256 = createHash('sha256').update(TOKEN).digest('hex');
  writeFileSync(file, JSON.stringify([{ name: 'billing', sha256, scopes: ['introspect'] }]));
  const env = {
    APP_ENV: 'production',
    DATABASE_URL: 'redis:',
    REDIS_HOST: redis.host,
    REDIS_PORT: String(redis.port),
    // A busy machine must not look like a lost Redis.
    REDIS_COMMAND_TIMEOUT_MS: '10000',
    SERVICE_TOKENS_FILE: file,
  };
  [asked, other] = await Promise.all([startService(env), startService(env)]);
  app = createServer((req, res) => {
    seen = req.headers;
    req.resume().once('end', () => res.end('{}'));
  });
  await once(app.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  app.close();
  await Promise.all([asked.stop(), other.stop()]);
  await redis.stop();
  rmSync(folder, { recursive: true });
});

/** The answer of a proxy, whose text is its own. */
async function ask(url: string, token: string): Promise<{ status: number }> {
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  return answer;
}

/** The proxy of the page, in front of our app. */
async function start(name: ProxyName) {
  const { host } = new URL(asked.internalUrl);
  const { port } = app.address() as AddressInfo;
  const files = Object.entries(FILES[name]).map(([file, text]) => [
    file,
    text
      .replaceAll('user-management.saferoute.svc.cluster.local:8081', host)
      .replaceAll('app.saferoute.svc.cluster.local:3000', `127.0.0.1:${port}`),
  ]);
  const proxy = await startProxy(name, Object.fromEntries(files) as Record<string, string>);
  return { proxy, url: `http://${proxy.host}:${proxy.port}` };
}

describe.each(['nginx', 'haproxy', 'caddy'] as const)('%s as in docs/integrate.md', (name) => {
  let proxy: Awaited<ReturnType<typeof start>>['proxy'];
  let url: string;

  beforeAll(async () => {
    ({ proxy, url } = await start(name));
  });
  afterAll(() => proxy.stop());

  it('lets a person through and says who it is, whatever the request says', async () => {
    const user = await newUser(other);
    const forged = { 'X-User-Id': 'usr_forged', 'X-User-Email': 'a@b.example', 'X-Session-Id': 'ses_forged' };
    const conditions = { 'If-Match': '"1"', 'If-None-Match': '*', 'Content-Range': 'bytes 0-1/2' };
    const authorization = `Bearer ${user.token}`;
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const answer = await fetch(`${url}/orders/1?a=b`, {
        method,
        headers: { authorization, ...forged, ...conditions },
        ...(method.startsWith('P') && { body: 'x'.repeat(100_000) }),
      });
      expect(answer.status).toBe(200);
      expect(seen).toMatchObject({ 'x-user-id': user.id, 'x-user-email': user.email });
      expect(seen['x-session-id']).toMatch(/^ses_[0-9a-f]{32}$/);
    }
  });

  it('lets nobody else through', async () => {
    const user = await newUser(other);
    const anonymous = await fetch(url);
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get('www-authenticate')).toMatch(/^Bearer/);
    for (const token of ['atk_', user.refreshToken, TOKEN, `${user.token}, Bearer ${user.token}`]) {
      expect((await ask(url, token)).status).toBe(401);
    }
    const uninvited = await fetch(`${url}/check`, { headers: { authorization: `Bearer ${user.token}` } });
    expect(uninvited.headers.get('x-user-id')).toBeNull();
  });

  it('lets no request through after an acknowledged log-out, under load', { timeout: 60_000 }, async () => {
    const users: Registered[] = [];
    // One after the other, because a busy machine refuses to hash so many passwords at once.
    while (users.length < LOG_OUTS) users.push(await newUser(other));
    const stays = await newUser(other);
    const load = keepAsking([() => ask(url, stays.token)]);
    const statuses = await Promise.all(
      users.map(async ({ token }) => {
        const before = await ask(url, token);
        await call('POST', `${other.url}/v1/auth/logout`, { token });
        return [before, await ask(url, token), await ask(url, token)].map(({ status }) => status);
      }),
    );
    expect(statuses).toEqual(users.map(() => [200, 401, 401]));
    expect((await load.end()).statuses).toEqual([200]);
  });
});
