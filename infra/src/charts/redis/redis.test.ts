import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { startRedis } from '@user-management/servers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RedisPod } from '../../testing/redis-pod.ts';
import { configFiles } from './config.ts';

const REDIS = { memory: '512Mi', holdsUsers: true };
const PASSWORD = `it's "a" p@ss $word\\ with spaces`;

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

let pod: RedisPod;

beforeAll(async () => {
  // This installs missing programs.
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
  it('accepts only clients with the password', async () => {
    await started();
    expect(cli('ping')).toBe('PONG');
    expect(pod.probe('get', 'user:1')).toContain('NOAUTH');
    expect(pod.probe('-a', 'wrong', 'ping')).not.toBe('PONG');
  });

  it('has the password in no arguments of a process, and only in the file of the Secret', async () => {
    await started();
    const client = pod.watch('cli.sh', 'subscribe', 'channel');
    await new Promise((resolve) => client.stdout?.once('data', resolve));
    const commands = [pod.pid, client.pid].map((pid) => readFileSync(`/proc/${pid ?? 0}/cmdline`, 'utf8'));
    client.kill();
    expect(commands).toEqual([expect.stringContaining('redis-server'), expect.stringContaining('redis-cli')]);
    expect(commands.join()).not.toContain(PASSWORD);
    expect(filesWith(PASSWORD, pod.root)).toEqual([join(pod.root, 'etc/redis-secret/password')]);
  });

  it('keeps acknowledged writes when it is killed', async () => {
    await started();
    expect(cli('set', 'record:user:1', 'ada')).toBe('OK');
    await pod.end('SIGKILL');
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });

  it('never evicts, and leaves half of its memory for a rewrite of the append-only file', async () => {
    await started();
    expect(cli('config', 'get', 'maxmemory-policy')).toContain('noeviction');
    expect(cli('config', 'get', 'maxmemory')).toContain(String(256 * 1024 * 1024));
  });

  it('keeps the index of the events of a user small', async () => {
    await started();
    const [user, session, event] = ['usr_', 'ses_', 'evt_'].map((kind) => kind.padEnd(36, '0'));
    const index = `record:events:user:${user}`;
    cli('zadd', index, '1795725760000', `record:events:{record:session:${session}}:${event}`);
    expect(cli('object', 'encoding', index)).toBe('listpack');
  });

  it('is ready while it answers, and alive also for a probe without the password', async () => {
    await started();
    expect(pod.run('ready.sh').status).toBe(0);
    expect(pod.probe('ping')).toContain('NOAUTH');
    await pod.end('SIGTERM');
    expect(pod.run('ready.sh').status).not.toBe(0);
  });
});

describe('a backup', () => {
  it('brings every user back when the volume is lost', async () => {
    await started();
    const users = Array.from({ length: 100 }, (_, n) => `record:user:usr_${n}`);
    cli('mset', ...users.flatMap((user) => [user, `{"user_id":"${user}"}`]));
    const kept = backUp();
    await pod.end('SIGKILL');
    loseVolume();

    cpSync(kept, data('dump.rdb'));
    await pod.start();
    expect(cli('mget', ...users).split('\n')).toEqual(users.map((user) => `{"user_id":"${user}"}`));
    // The data is in the append-only file now, and the next start reads it.
    expect(existsSync(data('dump.rdb'))).toBe(false);
    cli('set', 'record:user:late', 'too');
    await pod.end('SIGTERM');
    await pod.start();
    expect(cli('dbsize')).toBe('101');
  });

  it('replaces other data only with the permission to', async () => {
    await started();
    cli('set', 'record:user:old', 'old');
    const kept = backUp();
    cli('del', 'record:user:old');
    cli('set', 'record:user:new', 'new');
    await pod.end('SIGTERM');

    expect(pod.run('restore.sh', kept)).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('--replace') as string,
    });
    await pod.start();
    expect(cli('keys', '*')).toBe('record:user:new');
    await pod.end('SIGTERM');

    expect(pod.run('restore.sh', kept, '--replace').status).toBe(0);
    await pod.start();
    expect(cli('keys', '*')).toBe('record:user:old');
    expect(readdirSync(data())).toContainEqual(expect.stringMatching(/^appendonlydir\.replaced-/));
  });

  it('needs no permission to replace an empty Redis', async () => {
    await started();
    // The name of the next backup may have the same second.
    const empty = data('empty.rdb');
    cpSync(backUp(), empty);
    cli('set', 'record:user:1', 'ada');
    const kept = backUp();
    await pod.end('SIGTERM');
    expect(pod.run('restore.sh', empty, '--replace').status).toBe(0);
    await pod.start();
    await pod.end('SIGTERM');
    expect(pod.run('restore.sh', kept).status).toBe(0);
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });

  it('is ignored when Redis starts with its own data', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    cpSync(backUp(), data('dump.rdb'));
    cli('set', 'record:user:1', 'newer');
    await pod.end('SIGTERM');
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('newer');
    expect(existsSync(data('dump.rdb'))).toBe(true);
  });

  it('that is damaged stops Redis instead of letting it start empty', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    const kept = readFileSync(backUp());
    await pod.end('SIGKILL');
    loseVolume();
    writeFileSync(data('dump.rdb'), kept.subarray(0, -20));
    expect(await pod.start()).toBe(1);
    expect(existsSync(data('appendonlydir'))).toBe(false);
  });

  it('removes older backups beyond the number to keep', async () => {
    await started();
    for (const year of [2020, 2021, 2022]) pod.write(`backup/redis-${year}0101T000000Z.rdb`, '');
    backUp(2);
    const left = readdirSync(join(pod.root, 'backup')).sort();
    expect(left).toEqual([
      'redis-20220101T000000Z.rdb',
      expect.stringMatching(/^redis-20[3-9]|^redis-202[3-9]/),
    ]);
  });
});

describe('the Job that restores', () => {
  const restore = (env = {}) => pod.runWith(env, 'restore-job.sh', join(pod.root, 'backup'));

  it('brings the newest backup into an empty volume', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    pod.write('backup/redis-20200101T000000Z.rdb', 'older, and damaged');
    backUp();
    await pod.end('SIGTERM');
    loseVolume();

    expect(restore()).toMatchObject({ status: 0, stdout: expect.stringContaining('1 keys read') as string });
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });

  it('restores the named dump, and replaces data only with the permission to', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    const old = backUp();
    cpSync(old, data('import.rdb'));
    cli('set', 'record:user:1', 'newer');
    await pod.end('SIGTERM');

    expect(restore({ DUMP: basename(old) })).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('Nothing was changed') as string,
    });
    expect(restore({ DUMP: data('import.rdb'), REPLACE: 'yes' }).status).toBe(0);
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('ada');
  });

  it('changes nothing while Redis runs', async () => {
    await started();
    cli('set', 'record:user:1', 'ada');
    backUp();
    cli('set', 'record:user:1', 'newer');
    expect(restore({ REPLACE: 'yes' })).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('Stop it first') as string,
    });
    await pod.end('SIGTERM');
    await pod.start();
    expect(cli('get', 'record:user:1')).toBe('newer');
  });

  it('reports that there is no backup', async () => {
    await started();
    await pod.end('SIGTERM');
    pod.write('backup/redis-20200101T000000Z.rdb.part', 'half of a backup');
    expect(restore()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no dump') as string,
    });
  });
});

const data = (name = ''): string => join(pod.root, 'data', name);

function loseVolume(): void {
  rmSync(data(), { recursive: true });
  mkdirSync(data());
}

/** Makes a backup like the CronJob. @returns the newest file */
function backUp(keep = 7): string {
  const folder = join(pod.root, 'backup');
  mkdirSync(folder, { recursive: true });
  // Without this setting Redis waits for other replicas that may need the same dump.
  cli('config', 'set', 'repl-diskless-sync-delay', '0');
  const { status, stdout, stderr } = pod.run('backup.sh', folder, String(keep));
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split(': ', 1)[0] ?? '';
}

it.each([
  ['is empty', ''],
  ['ends with the line break of an echo', 'secret\n'],
])('does not start with a password that %s', async (_, password) => {
  pod = await RedisPod.create(configFiles(REDIS), password);
  expect(await pod.start()).toBe(78);
});

it('writes to the disk before each acknowledgement only when it stores the users', async () => {
  pod = await RedisPod.create({}, PASSWORD);
  expect(configFiles(REDIS)['redis.conf']).toContain('appendfsync always');
  expect(configFiles({ ...REDIS, holdsUsers: false })['redis.conf']).toContain('appendfsync everysec');
});

function filesWith(text: string, folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && readFileSync(file, 'utf8').includes(text));
}
