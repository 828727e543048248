import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { redisCli, type Service, startRedis, startService } from '@user-management/servers';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { configFiles } from '../charts/redis/config.ts';
import { FakeCluster } from '../testing/fake-cluster.ts';
import { FakePrograms } from '../testing/fake-programs.ts';
import { RedisPod } from '../testing/redis-pod.ts';
import { chooseFrom } from './chosen.ts';
import { secret } from './secret.ts';

const [ENV = ''] = (await chooseFrom([])).names;
const OLD = 'the-old-password';

// Each test starts programs, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

let programs: FakePrograms;
let pod: RedisPod;
let cluster: FakeCluster;
let serviceFile: string;

beforeAll(async () => {
  // Installs the programs where they are missing.
  const server = await startRedis({ from: 'binary' });
  await server.stop();
});

beforeEach(async () => {
  programs = new FakePrograms();
  pod = await RedisPod.create(configFiles({ memory: '512Mi', holdsUsers: true }), OLD);
  expect(await pod.start()).toBeUndefined();
  serviceFile = join(programs.folder, 'password');
  cluster = new FakeCluster(programs, pod, OLD);
  cluster.updateService(serviceFile);
});
afterEach(async () => {
  await pod.stop();
  programs.remove();
});

const rotate = (...more: readonly string[]) => programs.run(secret, ['--env', ENV, '--rotate', ...more]);
/** A folder with this environment. */
function environments(environment: Readonly<Record<string, unknown>>): string {
  const folder = join(programs.folder, 'environments');
  mkdirSync(folder);
  writeFileSync(join(folder, `${String(environment['name'])}.json`), JSON.stringify(environment));
  return folder;
}

const newPassword = (): string => cluster.secret('saferoute')['password'] ?? '';

const as = (password: string): string => `redis://:${password}@127.0.0.1:${pod.port}`;
const ping = (password: string): Promise<unknown> => redisCli(as(password), 'PING');

describe('npm run secret -- --rotate', () => {
  it('has Redis accept both passwords, gives the service the new one, and says what is next', async () => {
    const { status, stdout } = await rotate();
    expect(status).toBe(0);
    expect(newPassword()).toMatch(/^[\w-]{43}$/);
    expect(cluster.secret('saferoute')).toEqual({ password: newPassword() });
    expect(cluster.secret('data')).toEqual({ password: newPassword(), 'previous-password': OLD });
    expect([await ping(OLD), await ping(newPassword())]).toEqual(['PONG', 'PONG']);
    const verbs = programs.calls.map((call) => call.split(' ')[1]);
    expect(verbs).toEqual(['get', 'get', 'get', 'exec', 'apply', 'exec', 'apply']);
    expect(stdout).toBe(
      [
        'Phase 1 of 2: Redis accepts a new password beside the previous one, and the service uses the new ' +
          'one.',
        '- redis-secret in data has the new password, and the previous one as previous-password.',
        '- Redis is reading them. This takes up to two minutes.',
        '- Redis accepts both passwords.',
        '- redis-secret in saferoute has the new password.',
        '',
        'The service reads the new password at its next connection. Wait for two minutes, until every pod ' +
          'has the new file. Pods that you start anew have it at once:',
        '  kubectl rollout restart --namespace saferoute deployment/user-management',
        '  kubectl rollout status --namespace saferoute deployment/user-management',
        'Then end the rotation:',
        `  npm run secret -- --env ${ENV} --rotate --finish`,
        '',
      ].join('\n'),
    );
  });

  it('with --finish has Redis forget the previous password, and leaves open connections alone', async () => {
    const client = pod.watch('cli.sh', 'subscribe', 'channel');
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    await rotate();
    cluster.age(120_000);
    const { status, stdout } = await rotate('--finish');
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout:
        'Phase 2 of 2: Redis forgets the previous password. Connections that are open stay.\n' +
        '- redis-secret in data has only the new password.\n' +
        '- Redis is reading it. This takes up to two minutes.\n' +
        '- Redis accepts only the new password. The rotation is complete.\n',
    });
    await expect(ping(OLD)).rejects.toThrow('WRONGPASS');
    expect(await ping(newPassword())).toBe('PONG');
    expect(await redisCli(as(newPassword()), 'PUBSUB', 'NUMSUB', 'channel')).toEqual(['channel', 1]);
    client.kill();
    expect(cluster.secret('data')).toEqual({ password: newPassword() });
    expect(pod.run('ready.sh').status).toBe(0);
  });

  it('shows no password, in no output and no arguments', async () => {
    const outputs = [await rotate()];
    cluster.age(120_000);
    outputs.push(await rotate('--finish'));
    for (const text of [JSON.stringify(outputs), programs.calls.join()]) {
      expect(text).not.toContain(OLD);
      expect(text).not.toContain(newPassword());
      expect(text).not.toContain(Buffer.from(newPassword()).toString('base64'));
    }
  });

  it('continues with the same password where it was interrupted', async () => {
    cluster.lose('saferoute');
    expect(await rotate()).toMatchObject({
      status: 1,
      stderr: 'kubectl apply failed: the connection was lost\n',
    });
    const { password } = cluster.secret('data');
    expect(newPassword()).toBe(OLD);
    expect(await rotate('--finish')).toMatchObject({
      status: 1,
      stderr: 'Phase 1 was interrupted. Run it again with --rotate, without --finish.\n',
    });
    cluster.lose('');
    expect((await rotate()).status).toBe(0);
    expect(newPassword()).toBe(password);
    expect(cluster.secret('data')).toEqual({ password, 'previous-password': OLD });
  });

  it('keeps both passwords over a restart of Redis between the phases', async () => {
    await rotate();
    await pod.end('SIGTERM');
    await pod.start();
    expect([await ping(OLD), await ping(newPassword())]).toEqual(['PONG', 'PONG']);
    expect(pod.run('ready.sh').status).toBe(0);
  });

  it('does not end before every pod of the service has the new password', async () => {
    await rotate();
    const { status, stderr } = await rotate('--finish');
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Pods of the service may still have the previous password\. Run this command again after \d\d:\d\d:\d\d UTC\.\n$/,
    );
    expect(await ping(OLD)).toBe('PONG');
  });

  it('asks for new pods when the service has its secrets as variables', async () => {
    const environment = { name: 'old', image: 'users:1.2.3', secretsAs: 'variables' };
    const folder = environments({ ...environment, redis: { kind: 'here', memory: '1Gi', storage: '4Gi' } });
    const { stdout } = await programs.run(secret, ['--environments', folder, '--rotate']);
    expect(stdout).toContain(
      'The service has its secrets as variables, so its pods must start anew:\n  kubectl',
    );
    expect(stdout).toContain(`npm run secret -- --environments ${folder} --rotate --finish`);
  });

  it('has nothing to finish where no rotation is under way', async () => {
    expect(await rotate('--finish')).toMatchObject({
      status: 1,
      stderr: 'No rotation is under way. Begin one with --rotate, without --finish.\n',
    });
    expect(await programs.run(secret, ['--env', ENV, '--finish'])).toMatchObject({
      status: 1,
      stderr: '--finish ends a rotation. Give it together with --rotate.\n',
    });
  });

  it.each([
    [
      {
        redis: { kind: 'elsewhere', at: [{ cidr: '10.0.0.0/8' }] },
        settings: { REDIS_HOST: 'redis.example' },
      },
    ],
    [{ externalSecrets: { store: 'vault', path: 'users' } }],
  ])('changes nothing where others own the password: %j', async (change) => {
    const environment = {
      name: 'other',
      image: 'users:1.2.3',
      redis: { kind: 'here', memory: '1Gi', storage: '4Gi' },
    };
    const folder = environments({ ...environment, ...change });
    const { status, stderr } = await programs.run(secret, ['--environments', folder, '--rotate']);
    expect(status).toBe(1);
    expect(stderr).toContain('docs/rotation.md has the steps.\n');
    expect(programs.calls).toEqual([]);
  });
});

describe('a rotation under load', () => {
  let service: Service;
  afterEach(() => service.stop());

  it('fails no request, although all connections are cut between the phases', async () => {
    service = await startService({
      APP_ENV: 'production',
      DATABASE_URL: 'redis:',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(pod.port),
      REDIS_PASSWORD_FILE: serviceFile,
    });
    const token = await registered(service);
    const unknown = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    const statuses = new Set<number>();
    let isGoing = true;
    const clients = Array.from({ length: 4 }, async (_, n) => {
      // The first one asks with a token that nobody has.
      const authorization = `Bearer ${n === 0 ? unknown : token}`;
      while (isGoing) {
        const answer = await fetch(`${service.url}/v1/users/me`, { headers: { authorization } });
        await answer.arrayBuffer();
        statuses.add(answer.status);
      }
    });
    const cutConnections = async (password: string) => {
      await redisCli(as(password), 'CLIENT', 'KILL', 'TYPE', 'normal');
      const list = () => redisCli(as(password), 'CLIENT', 'LIST');
      await expect.poll(list, { timeout: 10_000 }).toContain('name=user-management');
    };

    expect((await rotate()).status).toBe(0);
    await cutConnections(OLD);
    cluster.updateService(serviceFile);
    await cutConnections(newPassword());
    cluster.age(120_000);
    expect((await rotate('--finish')).status).toBe(0);
    await cutConnections(newPassword());
    isGoing = false;
    await Promise.all(clients);
    expect([...statuses].sort()).toEqual([200, 401]);
    await expect(ping(OLD)).rejects.toThrow('WRONGPASS');
  });
});

async function registered({ url }: Service): Promise<string> {
  const answer = await fetch(`${url}/v1/users/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'ann@example.com', password: 'correct horse battery', device_id: 'a' }),
  });
  expect(answer.status).toBe(201);
  const { auth } = (await answer.json()) as { auth: { token: string } };
  return auth.token;
}
