import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificates, redisCli, startRedis } from '@user-management/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { at, examine, temporaryFolder } from '../testing/examine.ts';

async function start(options: Parameters<typeof startRedis>[0] = {}) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

function authority(pem: string): string {
  const file = join(temporaryFolder(), 'ca.crt');
  writeFileSync(file, pem);
  return file;
}

describe('the settings', () => {
  it('are shown with every problem, and the later checks are skipped', async () => {
    const env = {
      REDIS_PORT: 'x',
      REDIS_CACHE_TTL: '-1',
      REDIS_PASSWORD: 'hidden',
      REDIS_PASSWORD_FILE: '/x',
    };
    const { status, saw, mend } = await examine('settings', env);
    expect(status).toBe('failed');
    expect(saw).toMatch(
      /^REDIS_PORT is "x".*\n.*REDIS_PASSWORD_FILE are both set.*\nREDIS_CACHE_TTL is "-1"/,
    );
    expect(mend).toContain('export REDIS_PORT=… REDIS_PASSWORD=… REDIS_CACHE_TTL=…');
    expect(saw + mend).not.toContain('hidden');
    expect(await examine('Redis name', env)).toMatchObject({
      status: 'skipped',
      saw: 'The check “settings” failed.',
    });
  });
});

describe('the service tokens', () => {
  const listed = (...lines: string[]) => {
    const path = join(temporaryFolder(), 'list.json');
    writeFileSync(path, lines.join('\n'));
    return { SERVICE_TOKENS_FILE: path };
  };
  const entry = (more = '') =>
    `{"name": "billing", "sha256": "${'a'.repeat(64)}", "scopes": ["introspect"]${more}}`;

  it.each([
    ['are fine without a list', () => ({}), 'ok', 'SERVICE_TOKENS_FILE is unset'],
    ['are fine with one', () => listed('[', entry(), ']'), 'ok', 'These services may call: billing.'],
    ['may be a broken list', () => listed('[', '{}', ']'), 'failed', 'Line 2: name must be'],
    [
      'may have expired',
      () => listed('[', entry(', "not_after": "2020-01-01T00:00:00Z"'), ']'),
      'warning',
      'Tokens of these services have expired: billing.',
    ],
  ])('%s', async (_, env, status, saw) => {
    const text = expect.stringContaining(saw) as string;
    expect(await examine('service tokens', env())).toMatchObject({ status, saw: text });
  });
});

describe('the webhooks', () => {
  const listed = (list: object) => {
    const path = join(temporaryFolder(), 'webhooks.json');
    writeFileSync(path, JSON.stringify(list));
    return { WEBHOOKS_FILE: path };
  };
  const secret = `whsec_${'A'.repeat(32)}`;
  const url = 'https://app.example.com/hooks?key=hidden';

  it.each([
    ['are fine without a list', () => ({}), 'ok', /WEBHOOKS_FILE is unset/],
    [
      'go to endpoints',
      () => listed([{ url, secret }]),
      'ok',
      /get events: app\.example\.com-[0-9a-f]{8}\.$/,
    ],
    [
      'may have a secret that is being changed',
      () => listed([{ url, secret, previous_secret: `whsec_${'B'.repeat(32)}` }]),
      'ok',
      /1 of them have a previous secret/,
    ],
    ['may be a broken list', () => listed([{ url, secret: 'hidden' }]), 'failed', /Line 1: secret must/],
    [
      'need TLS in production alone',
      () => ({
        ...listed([{ url: 'http://app.example.com/', secret }]),
        APP_ENV: 'production',
        REDIS_HOST: '127.0.0.1',
        DATABASE_URL: 'redis:',
      }),
      'failed',
      /url must have https:/,
    ],
  ])('%s', async (_, env, status, saw) => {
    const finding = await examine('webhooks', env());
    expect(finding).toMatchObject({ status, saw: expect.stringMatching(saw) as string });
    expect(JSON.stringify(finding)).not.toContain('hidden');
  });
});

describe('the client addresses', () => {
  it('are limited, but for a pod without trusted proxies', async () => {
    expect(await examine('client addresses', {})).toMatchObject({
      status: 'ok',
      saw: '60 requests of each operation in 60 s',
    });
    const { status, saw, mend } = await examine('client addresses', { KUBERNETES_SERVICE_HOST: '10.0.0.1' });
    expect(status).toBe('warning');
    expect(saw).toContain('the limits per client address are off');
    expect(mend).toContain('set TRUSTED_PROXIES');
  });
});

describe('the way to Redis', () => {
  it('ends at a name that does not resolve', async () => {
    const { status, mend } = await examine('Redis name', { REDIS_HOST: 'redis.data.svc.cluster.local' });
    expect(status).toBe('failed');
    expect(mend).toContain('kubectl port-forward --namespace data service/redis 6379:6379');
  });

  it('ends at a closed port', async () => {
    const server = await start();
    await server.kill();
    const { status, saw, mend } = await examine('Redis port', at(server));
    expect([status, saw]).toEqual(['failed', expect.stringContaining('ECONNREFUSED')]);
    expect(mend).toBe(`redis-server --port ${server.port}`);
  });

  it('ends at a Redis that hangs', async () => {
    const server = await start();
    await server.pause();
    const { status, saw } = await examine('TLS', at(server));
    expect([status, saw]).toEqual(['failed', 'There was no answer to PING within 3000 ms.']);
  });

  it('ends at a Redis with TLS when TLS is off', async () => {
    const server = await start({ tls: await makeCertificates() });
    const { status, mend } = await examine('TLS', at(server));
    expect([status, mend]).toEqual(['failed', 'export REDIS_TLS=true']);
  });

  it('ends at a Redis without TLS when TLS is on', async () => {
    const { status, mend } = await examine('TLS', { ...at(await start()), REDIS_TLS: 'true' });
    expect([status, mend]).toEqual(['failed', expect.stringContaining('export REDIS_TLS=false')]);
  });

  it('ends at a certificate of an unknown authority', async () => {
    const server = await start({ tls: await makeCertificates() });
    const { status, mend } = await examine('TLS', { ...at(server), REDIS_TLS: 'true' });
    expect([status, mend]).toEqual(['failed', expect.stringContaining('export REDIS_TLS_CA_FILE=…')]);
  });

  it('ends at a certificate for another name', async () => {
    const certificates = await makeCertificates(['redis.example.com']);
    const server = await start({ tls: certificates });
    const ca = authority(certificates.ca);
    const env = {
      REDIS_HOST: 'localhost',
      REDIS_PORT: String(server.port),
      REDIS_TLS: 'true',
      REDIS_TLS_CA_FILE: ca,
    };
    const { status, mend } = await examine('TLS', env);
    expect([status, mend]).toEqual(['failed', 'export REDIS_HOST=…, a name that is in the certificate']);
  });

  it('leads through TLS with a known authority', async () => {
    const certificates = await makeCertificates();
    const server = await start({ tls: certificates });
    const env = { ...at(server), REDIS_TLS: 'true', REDIS_TLS_CA_FILE: authority(certificates.ca) };
    expect(await examine('TLS', env)).toMatchObject({
      status: 'ok',
      saw: expect.stringContaining('TLSv1.3') as string,
    });
    expect(await examine('writable', env)).toMatchObject({ status: 'ok' });
  });
});

describe('the password', () => {
  const PASSWORD = 'a-secret-of-some-length';

  it.each([
    ['wrong', 'another-secret-of-ours', /^WRONGPASS/, 'export REDIS_PASSWORD=… to the password of Redis'],
    ['missing', undefined, /^NOAUTH|HELLO must be called/, 'Redis requires one, and none is set'],
  ])('is %s', async (_, password, saw, mend) => {
    const server = await start({ args: ['--requirepass', PASSWORD] });
    const result = await examine('password', {
      ...at(server),
      ...(password && { REDIS_PASSWORD: password }),
    });
    expect(result).toMatchObject({ status: 'failed', mend: expect.stringContaining(mend) as string });
    expect(result.saw).toMatch(saw);
    expect(JSON.stringify(result)).not.toContain(password ?? PASSWORD);
  });

  it('is accepted', async () => {
    const server = await start({ args: ['--requirepass', PASSWORD] });
    const result = await examine('password', { ...at(server), REDIS_PASSWORD: PASSWORD });
    expect(result).toMatchObject({ status: 'ok', saw: 'Redis accepted the password.' });
  });

  it('is one that Redis does not require', async () => {
    const server = await start({
      users: ['default on nopass ~* &* +@all', `app on >${PASSWORD} ~* &* +@all`],
    });
    for (const user of [{}, { REDIS_USERNAME: 'app' }]) {
      const result = await examine('password', { ...at(server), ...user, REDIS_PASSWORD: PASSWORD });
      expect(result).toMatchObject({
        status: 'warning',
        saw: expect.stringContaining('the default user of Redis needs no password') as string,
        mend: expect.stringContaining('CONFIG SET requirepass "$REDIS_PASSWORD"') as string,
      });
    }
    expect(await examine('writable', { ...at(server), REDIS_PASSWORD: PASSWORD })).toMatchObject({
      status: 'ok',
    });
  });

  it('is accepted when the user may not read the flags of the default user', async () => {
    const server = await start({ users: [`app on >${PASSWORD} ~* &* +@all -acl`] });
    const env = { ...at(server), REDIS_USERNAME: 'app', REDIS_PASSWORD: PASSWORD };
    expect(await examine('password', env)).toMatchObject({ status: 'ok' });
    expect(await examine('writable', env)).toMatchObject({ status: 'ok' });
  });

  it('belongs to a user without the rights that the service needs', async () => {
    const server = await start({ users: [`app on >${PASSWORD} ~* +@all -info`] });
    const env = { ...at(server), REDIS_USERNAME: 'app', REDIS_PASSWORD: PASSWORD };
    const { status, saw, mend } = await examine('password', env);
    expect([status, saw]).toEqual(['failed', expect.stringMatching(/^NOPERM/)]);
    expect(mend).toContain(`REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli -h 127.0.0.1`);
    expect(mend).toContain('--user "$REDIS_USERNAME" ACL SETUSER');
  });

  it('leads only to a replica, which refuses writes', async () => {
    const [primary, replica] = [await start(), await start()];
    await redisCli(replica.url, 'REPLICAOF', primary.host, String(primary.port));
    const { status, mend } = await examine('password', at(replica));
    expect([status, mend]).toEqual(['failed', expect.stringContaining('INFO replication names the primary')]);
  });
});
