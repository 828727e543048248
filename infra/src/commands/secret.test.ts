import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ofKind, parseManifests } from '../policies/objects.ts';
import { FakePrograms } from '../testing/fake-programs.ts';
import { declaredSecret } from '../environment/wired-variables.ts';
import { secret } from './secret.ts';

// Keeps the created value in a file for each namespace, as base64, because a cluster returns it so.
const KUBECTL = `
for last; do :; done
namespace=$(echo "$*" | sed 's/.*--namespace \\([a-z]*\\).*/\\1/')
case "$1" in
  get) [ ! -f "$here/$namespace" ] || cat "$here/$namespace" ;;
  create)
    [ "$namespace" != missing ] || exit 1
    [ ! -f "$here/no-$namespace" ] || { echo "namespaces \\"$namespace\\" not found" >&2; exit 1; }
    # Like kubectl: it opens a file by its name, and reads its open input for -.
    case "$*" in
      *--from-file=password=/dev/stdin*) base64 </dev/stdin | tr -d '\\n' ;;
      *'--filename -'*) sed 's/.*"data":{"password":"\\([^"]*\\)"}.*/\\1/' ;;
    esac >"$here/$namespace" ;;
esac`;

// Each test starts programs, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let programs: FakePrograms;

beforeEach(() => {
  programs = new FakePrograms().add('kubectl', KUBECTL);
});
afterEach(() => {
  programs.remove();
});

const password = (namespace: string) => Buffer.from(programs.read(namespace) ?? '', 'base64').toString();

describe('npm run secret', () => {
  it('prints commands that create one strong password in both namespaces', () => {
    const { stdout, status } = programs.start('secret.ts');
    expect(status).toBe(0);
    expect(programs.calls).toEqual([]);
    spawnSync('sh', { input: stdout, env: { PATH: `${programs.folder}:/usr/bin:/bin` } });
    expect(password('data')).toMatch(/^[\w-]{43}$/);
    expect(password('saferoute')).toBe(password('data'));
  });

  it('prints a new password each time', async () => {
    const { stdout } = await programs.run(secret);
    expect((await programs.run(secret)).stdout).not.toBe(stdout);
  });

  it('never passes the password as an argument of a program', async () => {
    spawnSync('sh', {
      input: (await programs.run(secret)).stdout,
      env: { PATH: `${programs.folder}:/usr/bin:/bin` },
    });
    expect(programs.calls).toHaveLength(2);
    expect(programs.calls.join()).not.toContain(password('data'));
  });
});

describe('npm run secret -- --apply', () => {
  const apply = () => programs.run(secret, ['--apply']);

  it('creates both with one password, and does not show it', async () => {
    const { stdout, status } = await apply();
    expect(status).toBe(0);
    expect(password('data')).toMatch(/^[\w-]{43}$/);
    expect(password('saferoute')).toBe(password('data'));
    expect(stdout).toBe('redis-secret in data: created.\nredis-secret in saferoute: created.\n');
    expect(programs.calls.join()).not.toContain(password('data'));
  });

  it('changes nothing when both exist', async () => {
    await apply();
    const before = password('data');
    expect((await apply()).stdout).toBe(
      'redis-secret in data: exists.\nredis-secret in saferoute: exists.\n',
    );
    expect(password('data')).toBe(before);
  });

  it('copies the password of one namespace to the other', async () => {
    programs.write('data', Buffer.from('hunter2').toString('base64'));
    expect((await apply()).stdout).toBe(
      'redis-secret in data: exists.\nredis-secret in saferoute: created.\n',
    );
    expect(password('saferoute')).toBe('hunter2');
  });

  it('reports that the two differ, and shows neither', async () => {
    programs.write('data', Buffer.from('hunter2').toString('base64'));
    programs.write('saferoute', Buffer.from('hunter3').toString('base64'));
    const { status, stdout, stderr } = await apply();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^redis-secret has different values in the namespaces data and saferoute\. .*kubectl delete secret/,
    );
    expect(stderr).not.toContain('hunter');
  });

  it('shows the error of kubectl', async () => {
    programs.write('no-data', '');
    const { status, stderr } = await apply();
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'kubectl create failed: namespaces "data" not found\n',
    });
  });

  it('reports a missing kubectl', async () => {
    programs.remove();
    programs = new FakePrograms();
    const { status, stderr } = await programs.run(secret, ['--apply'], { PATH: programs.folder });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('kubectl cannot be run') as string,
    });
  });
});

describe('an environment with Redis and PostgreSQL elsewhere', () => {
  const environment = {
    name: 'abroad',
    namespaces: { service: 'accounts' },
    image: 'users:1.2.3',
    settings: { REDIS_HOST: 'redis.example' },
    redis: { kind: 'elsewhere', at: [{ cidr: '10.0.0.0/8' }] },
    users: { in: 'postgres', at: [{ cidr: '10.0.0.0/8' }] },
  };
  const run = (...args: readonly string[]) =>
    programs.run(secret, ['--environments', programs.folder, ...args]);

  beforeEach(() => {
    programs.write('abroad.json', JSON.stringify(environment));
    programs.write('password', 'hunter2');
    programs.write('url', 'postgres://users:hunter2@db/users');
  });

  it('needs its values from files, and names them', async () => {
    const { status, stderr } = await run();
    expect(status).toBe(1);
    expect(stderr).toContain(
      'redis-secret/password has no value. Add --from-file redis-secret/password=PATH',
    );
    expect(stderr).toContain('database-secret/url has no value');
  });

  it('prints commands for its namespace, with the files and without their values', async () => {
    const files = ['password', 'url'].map((name) => `${programs.folder}/${name}`);
    const { stdout } = await run(
      '--from-file',
      `REDIS_PASSWORD=${files[0] ?? ''}`,
      '--from-file',
      `DATABASE_URL=${files[1] ?? ''}`,
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      'kubectl create secret generic redis-secret --namespace accounts ' +
        `--from-file=password='${files[0] ?? ''}'`,
      'kubectl create secret generic database-secret --namespace accounts ' +
        `--from-file=url='${files[1] ?? ''}'`,
    ]);
  });

  it('refuses a file with a line break, which would become a part of the password', async () => {
    programs.write('password', 'hunter2\n');
    const { status, stderr } = await run('--from-file', `REDIS_PASSWORD=${programs.folder}/password`);
    expect(status).toBe(1);
    expect(stderr).toContain('has a line break. It must hold only the value');
    expect(stderr).not.toContain('hunter2');
  });
});

describe('an environment with mail', () => {
  it('gets a key for codes, and the URL of the relay from a file', async () => {
    const environment = {
      name: 'mailing',
      namespaces: { service: 'accounts' },
      image: 'users:1.2.3',
      settings: { MAIL_FROM: 'no-reply@example.com' },
      redis: { kind: 'here', memory: '256Mi', storage: '1Gi' },
      users: { in: 'redis' },
      mail: { at: [{ cidr: '192.0.2.0/24' }] },
    };
    programs.write('mailing.json', JSON.stringify(environment));
    programs.write('url', 'smtps://users:hunter2@mail.example');
    const from = ['--from-file', `SMTP_URL=${programs.folder}/url`];
    const { stdout } = await programs.run(secret, ['--environments', programs.folder, ...from]);
    const command = 'kubectl create secret generic secret-key --namespace accounts --from-file=key=';
    const made = stdout.split('\n').find((line) => line.includes(command));
    expect(made).toMatch(/printf %s '[\w-]{42}[AEIMQUYcgkosw048]' \|/);
    expect(stdout).toContain(
      'kubectl create secret generic smtp-secret --namespace accounts --from-file=url=',
    );
    expect(stdout).not.toContain('hunter2');
  });
});

it.each([
  ['redis-secret', 'REDIS_PASSWORD', ['data', 'saferoute']],
  ['database-secret', 'DATABASE_URL', ['saferoute']],
] as const)('the example of %s has the key that the service reads', (file, variable, namespaces) => {
  const text = readFileSync(new URL(`../../manifests/secrets/${file}.yml.example`, import.meta.url), 'utf8');
  const secrets = ofKind(parseManifests(text), 'Secret');
  const { name, key } = declaredSecret(variable);
  expect(secrets.map(({ metadata }) => metadata?.name)).toEqual(namespaces.map(() => name));
  expect(secrets.map(({ metadata }) => metadata?.namespace)).toEqual(namespaces);
  for (const { stringData } of secrets) expect(stringData?.[key]).toContain('REPLACE-ME');
});
