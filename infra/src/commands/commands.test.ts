import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseFrom } from './chosen.ts';
import { diff } from './diff.ts';
import { manifestPaths } from './manifests.ts';
import { secret } from './secret.ts';
import { synth } from './synth.ts';
import { validate } from './validate.ts';
import { FakePrograms } from '../testing/fake-programs.ts';

const chosen = await chooseFrom([]);
const NAMES = chosen.names;
const [NAME = ''] = NAMES;
const ONE = ['--env', NAME];
const PATHS = manifestPaths(chosen.folder(NAME));
const CLUSTER = { KUBECONFIG: '/some/cluster' };

// Each test starts programs, and the machine may be busy.
vi.setConfig({ testTimeout: 60_000 });

let programs: FakePrograms;

beforeEach(() => {
  programs = new FakePrograms().add('kubectl', 'exit 0');
});
afterEach(() => {
  programs.remove();
});

describe('each command', () => {
  it.each(Object.entries({ diff, secret, synth, validate }))(
    '%s explains its options',
    async (name, command) => {
      const { status, stdout } = await programs.run(command, ['--help']);
      expect(status).toBe(0);
      expect(stdout).toContain(`npm run ${name} -- `);
      expect(stdout).toContain('--env NAME');
    },
  );

  it('explains its options after a wrong one', async () => {
    expect(await programs.run(synth, ['--nonsense'])).toEqual({
      status: 1,
      stdout: '',
      stderr: `Unknown option '--nonsense'\n${synth.usage}\n`,
    });
  });
});

describe('npm run validate', () => {
  it('checks only the manifests without a cluster', async () => {
    const { status, stdout } = await programs.run(validate);
    expect(status).toBe(0);
    expect(programs.calls).toEqual([]);
    for (const name of NAMES) expect(stdout).toContain(`The manifests of ${name} keep all policies.`);
    expect(stdout).toContain('KUBECONFIG names no cluster');
  });

  it('asks the cluster about every file with a strict dry run, the namespaces first', async () => {
    expect((await programs.run(validate, ONE, CLUSTER)).status).toBe(0);
    expect(PATHS[0]).toMatch(/namespaces\.yml$/);
    expect(programs.calls).toEqual(
      PATHS.map(
        (path) => `kubectl apply --dry-run=server --validate=strict --warnings-as-errors --filename ${path}`,
      ),
    );
  });

  it('requires the environment of the cluster', async () => {
    const { status, stderr } = await programs.run(validate, [], CLUSTER);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `This command needs one environment. Add -- --env with one of ${NAMES.join(', ')}.\n`,
    });
    expect(programs.calls).toEqual([]);
  });

  it('lists the files that the cluster refuses, and still asks about the others', async () => {
    programs.add('kubectl', 'case "$*" in *namespaces.yml) exit 1 ;; esac');
    const { status, stdout } = await programs.run(validate, ONE, CLUSTER);
    expect(status).toBe(1);
    expect(programs.calls).toHaveLength(PATHS.length);
    expect(stdout).toContain(`The cluster does not accept infra/manifests/${NAME}/namespaces.yml.`);
    expect(stdout).toContain(`kubectl apply -f infra/manifests/${NAME}/namespaces.yml`);
  });

  it('reports that the manifests on the disk are stale or missing', async () => {
    const { status, stdout } = await programs.run(validate, [...ONE, '--out', programs.folder]);
    expect(status).toBe(1);
    expect(stdout).toContain(`differ from those on the disk. Run npm run synth -- --env ${NAME}.`);
  });
});

describe('npm run diff', () => {
  it('compares all files of one environment with its cluster', async () => {
    expect((await programs.run(diff, ONE)).status).toBe(0);
    expect(programs.calls).toEqual([`kubectl diff ${PATHS.map((path) => `--filename ${path}`).join(' ')}`]);
  });

  it('ends with the exit code of kubectl, which differs for a difference and an error', async () => {
    expect((await programs.add('kubectl', 'exit 1').run(diff, ONE)).status).toBe(1);
    expect((await programs.add('kubectl', 'exit 3').run(diff, ONE)).status).toBe(3);
  });
});

describe('a folder of environments elsewhere', () => {
  const write = (file: string, change: object = {}) => {
    const environment = {
      name: 'berlin',
      image: 'users:1.2.3',
      redis: { kind: 'here', memory: '1Gi', storage: '4Gi' },
    };
    programs.write(file, JSON.stringify({ $schema: '../schema.json', ...environment, ...change }));
  };
  const run = () => programs.run(synth, ['--environments', programs.folder]);

  it('gets its manifests beside it, with a kustomization', async () => {
    write('berlin.json');
    expect(await run()).toMatchObject({ status: 0, stderr: '' });
    const kustomization = programs.read('manifests/berlin/kustomization.yaml');
    expect(kustomization).toContain(
      'resources:\n  - namespaces.yml\n  - redis.yml\n  - user-management.yml\n',
    );
    expect(programs.read('manifests/berlin/redis.yml')).toMatch(
      /^# Made by `npm run synth` from berlin\.json/,
    );
  });

  it('is written whole or not at all, and one message lists the mistakes of all environments', async () => {
    write('berlin.json');
    write('hamburg.json', { replicas: 0, image: 'users:latest' });
    const { status, stderr } = await run();
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'The environment hamburg is not valid:',
      expect.stringMatching(/^- image is "users:latest". It must be /),
      expect.stringMatching(/^- replicas is 0. It must be /),
      '',
    ]);
    expect(programs.read('manifests/berlin/redis.yml')).toBeUndefined();
  });
});

it.each(['synth.ts', 'diff.ts', 'validate.ts'])('%s refuses an unknown environment', (command) => {
  const { status, stderr } = programs.start(command, ['--env', 'prod']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `--env is "prod". The known environments are ${NAMES.join(', ')}.\n`,
  });
});
