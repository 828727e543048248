import { createServer as createProxy, connect } from 'node:net';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { at, examine, send } from '../testing/examine.ts';

async function start(...args: string[]) {
  const server = await startRedis({ args });
  onTestFinished(() => server.stop());
  return server;
}

/** Opens a port with late answers. */
async function slowly(port: number, milliseconds: number): Promise<number> {
  const proxy = createProxy((client) => {
    const server = connect(port, '127.0.0.1');
    client.pipe(server);
    server.on('data', (bytes) => setTimeout(() => client.write(bytes), milliseconds));
    for (const socket of [client, server]) socket.on('error', () => undefined);
    client.on('close', () => server.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void proxy.close());
  return (proxy.address() as AddressInfo).port;
}

describe('an unsuitable Redis', () => {
  it('refuses writes when it is full', async () => {
    const { status, saw, mend } = await examine('writable', at(await start('--maxmemory', '1mb')));
    expect([status, saw]).toEqual(['failed', expect.stringMatching(/^OOM/)]);
    expect(mend).toContain('CONFIG SET maxmemory');
  });

  it('will soon refuse writes as a cache', async () => {
    const server = await start('--maxmemory', '1mb');
    const { status, saw, mend } = await examine('eviction and persistence', at(server));
    expect([status, saw]).toEqual(['failed', expect.stringContaining('nearly full')]);
    expect(mend).toContain('CONFIG SET maxmemory-policy volatile-lru');
  });

  it('may lose users as a user store', async () => {
    const server = await start('--maxmemory-policy', 'allkeys-lru');
    const { status, mend } = await examine('eviction and persistence', {
      ...at(server),
      DATABASE_URL: 'redis:',
    });
    expect(status).toBe('failed');
    expect(mend.split('\n')).toEqual([
      `redis-cli -h 127.0.0.1 -p ${server.port} CONFIG SET maxmemory-policy noeviction`,
      `redis-cli -h 127.0.0.1 -p ${server.port} CONFIG SET appendonly yes`,
    ]);
  });

  it('is suitable after the proposed commands', async () => {
    const server = await start('--maxmemory-policy', 'allkeys-lru');
    await send(server.url, 'CONFIG SET maxmemory-policy noeviction', 'CONFIG SET appendonly yes');
    const result = await examine('eviction and persistence', { ...at(server), DATABASE_URL: 'redis:' });
    expect(result).toMatchObject({ status: 'ok' });
  });

  it('is slow', async () => {
    const port = await slowly((await start()).port, 25);
    const { status, mend } = await examine('latency', at({ host: '127.0.0.1', port }));
    expect([status, mend]).toEqual(['failed', expect.stringContaining('SLOWLOG GET')]);
  });

  it('has a wrong clock', async () => {
    const server = await start();
    const now = Date.now.bind(Date);
    vi.spyOn(Date, 'now').mockImplementation(() => now() + 3_600_000);
    onTestFinished(() => void vi.restoreAllMocks());
    const { status, saw, mend } = await examine('clock', at(server));
    expect([status, saw]).toEqual([
      'failed',
      expect.stringMatching(/^The clock of Redis is 3[56]\d{5} ms behind\.$/),
    ]);
    expect(mend).toContain('timedatectl set-ntp true');
  });
});

describe('the content of Redis', () => {
  it('is counted by pattern, without the keys of the doctor', async () => {
    const server = await start();
    await send(
      server.url,
      'SET user:a 1 EX 60',
      'SET user:email:a@b.c 1 EX 60',
      'SET auth:token:x 1 EX 60',
      'SET y 1',
    );
    const { status, saw } = await examine('keys', at(server));
    expect([status, saw]).toEqual(['ok', expect.stringMatching(/^(1 [a-z:*]+(, )?){4}\.$/)]);
    expect(saw.slice(0, -1).split(', ').sort()).toEqual([
      '1 auth:token:*',
      '1 others',
      '1 user:*',
      '1 user:email:*',
    ]);
  });

  it('may be empty', async () => {
    const server = await start();
    expect(await examine('keys', at(server))).toMatchObject({ status: 'skipped' });
    expect(await examine('token TTL', at(server))).toMatchObject({
      status: 'skipped',
      saw: 'The check “keys” was skipped.',
    });
  });

  it('expires in the configured time', async () => {
    const server = await start();
    await send(server.url, 'SET user:a 1 EX 60', 'SET auth:token:x 1 EX 120');
    const env = { ...at(server), REDIS_CACHE_TTL: '60', REDIS_AUTH_TOKEN_TTL: '120' };
    expect((await examine('cache TTL', env)).saw).toMatch(/lives for another (60|59) s of 60 s\.$/);
    expect((await examine('token TTL', env)).saw).toMatch(/lives for another (120|119) s of 120 s\.$/);
  });

  it.each([
    ['cache TTL', 'user:a', 'user:*'],
    ['cache TTL', 'user:email:a@b.c', 'user:*'],
    ['token TTL', 'auth:token:x', 'auth:token:*'],
  ])('does not expire (%s, %s)', async (check, key, pattern) => {
    const server = await start();
    await send(server.url, `SET ${key} 1`, `SET ${key}2 1 EX 9999`, `SET ${key}3 1 EX 10`, `SET ${key}4 1`);
    const { status, saw, mend } = await examine(check, at(server));
    expect([status, saw]).toEqual([
      'failed',
      'Of 4 sampled keys, 2 never expire and 1 would live longer than 3600 s.',
    ]);
    expect(mend).toContain(`--scan --pattern '${pattern}'`);
    await send(server.url, `EXPIRE ${key} 3600 LT`, `EXPIRE ${key}2 3600 LT`, `EXPIRE ${key}4 3600 LT`);
    expect(await examine(check, at(server))).toMatchObject({ status: 'ok' });
  });

  it('has a low hit rate by the numbers of Redis', async () => {
    const server = await start();
    await send(
      server.url,
      'SET user:a 1',
      ...Array<string>(10).fill('GET user:a'),
      ...Array<string>(90).fill('GET nobody'),
    );
    const { status, saw, mend } = await examine('cache hit rate', { ...at(server), PORT: '1' });
    expect([status, saw]).toEqual([
      'warning',
      // The doctor itself looks up four keys before it reads the count.
      'Redis found 10 of 104 lookups (all commands, by INFO stats of Redis).',
    ]);
    expect(mend).toContain('export REDIS_CACHE_TTL=…');
  });

  it('has the hit rate of the service when one answers', async () => {
    const lookup = (kind: string, outcome: string, count: number) =>
      `user_management_cache_lookups_total{kind="${kind}",outcome="${outcome}"} ${count}\n`;
    const metrics = [
      lookup('user', 'hit', 80),
      lookup('email', 'miss', 20),
      lookup('token', 'miss', 500),
    ].join('');
    const service = createHttpServer((_, answer) => void answer.end(metrics));
    await once(service.listen(0, 'localhost'), 'listening');
    onTestFinished(() => void service.close());
    const PORT = String((service.address() as AddressInfo).port);
    const { status, saw } = await examine('cache hit rate', { ...at(await start()), PORT });
    expect([status, saw]).toEqual([
      'ok',
      `Redis found 80 of 100 lookups (users, by http://localhost:${PORT}/metrics).`,
    ]);
  });
});
