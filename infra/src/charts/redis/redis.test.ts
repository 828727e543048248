import { cpSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startRedis } from '@user-management/servers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisPod } from '../../testing/redis-pod.ts';
import { configFiles } from './config.ts';

const REDIS = { memory: '512Mi', holdsUsers: true };
const PASSWORD = `it's "a" p@ss $word\\ with spaces`;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

let pod: RedisPod;

beforeAll(async () => {
  // Installs the programs where they are missing.
  const server = await startRedis({ from: 'binary' });
  await server.stop();
});

afterEach(() => pod.stop());

async function started(password = PASSWORD): Promise<RedisPod> {
  pod = await RedisPod.create(configFiles(REDIS), password);
  expect(await pod.start()).toBeUndefined();
  return pod;
}

const cli = (...args: string[]) => pod.run('cli.sh', ...args).stdout.trim();

describe('the Redis of the manifests', () => {
  it('lets in who knows the password, and nobody else', async () => {
    await started();
    expect(cli('ping')).toBe('PONG');
    expect(pod.probe('get', 'user:1')).toContain('NOAUTH');
    expect(pod.probe('-a', 'wrong', 'ping')).not.toBe('PONG');
  });

  it('has the password in no arguments of a process, and in no file but that of the Secret', async () => {
    await started();
    const client = pod.watch('cli.sh', 'subscribe', 'channel');
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    const commands = [pod.pid, client.pid].map((pid) => readFileSync(`/proc/${pid ?? 0}/cmdline`, 'utf8'));
    client.kill();
    expect(commands).toEqual([expect.stringContaining('redis-server'), expect.stringContaining('redis-cli')]);
    expect(commands.join()).not.toContain(PASSWORD);
    expect(filesWith(PASSWORD, pod.root)).toEqual([join(pod.root, 'etc/redis-secret/password')]);
  });

  it('keeps what it has acknowledged when it is killed', async () => {
    await started();
    expect(cli('set', 'record:user:1', 'ada')).toBe('OK');
    await pod.end('SIGKILL');
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });

  it('never evicts, and leaves half of its memory to the rewriting of its file', async () => {
    await started();
    expect(cli('config', 'get', 'maxmemory-policy')).toContain('noeviction');
    expect(cli('config', 'get', 'maxmemory')).toContain(String(256 * 1024 * 1024));
  });

  it('is ready as long as it answers, and alive also to who has no password', async () => {
    await started();
    expect(pod.run('ready.sh').status).toBe(0);
    expect(pod.probe('ping')).toContain('NOAUTH');
    await pod.end('SIGTERM');
    expect(pod.run('ready.sh').status).not.toBe(0);
  });

  it('can be backed up while it runs, and starts from the backup', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    // Otherwise it waits for other replicas that might want the same.
    cli('config', 'set', 'repl-diskless-sync-delay', '0');
    const backup = join(pod.root, 'data/backup.rdb');
    cli('--rdb', backup);
    await pod.end('SIGTERM');
    const folder = join(pod.root, 'data/appendonlydir');
    rmSync(folder, { recursive: true });
    pod.write('data/appendonlydir/appendonly.aof.manifest', 'file appendonly.aof.1.base.rdb seq 1 type b\n');
    cpSync(backup, join(folder, 'appendonly.aof.1.base.rdb'));
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });
});

it.each([
  ['is empty', ''],
  ['ends with the line break of an echo', 'secret\n'],
])('does not start with a password that %s', async (_, password) => {
  pod = await RedisPod.create(configFiles(REDIS), password);
  expect(await pod.start()).toBe(78);
});

it('writes to the disk before it acknowledges only where users are kept in it for good', async () => {
  pod = await RedisPod.create({}, PASSWORD);
  expect(configFiles(REDIS)['redis.conf']).toContain('appendfsync always');
  expect(configFiles({ ...REDIS, holdsUsers: false })['redis.conf']).toContain('appendfsync everysec');
});

function filesWith(text: string, folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(text));
}
