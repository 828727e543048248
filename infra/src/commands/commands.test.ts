import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseFrom } from './chosen.ts';
import { diff } from './diff.ts';
import { manifestPaths } from './manifests.ts';
import { synth } from './synth.ts';
import { validate } from './validate.ts';
import { FakePrograms } from '../testing/fake-programs.ts';

const chosen = await chooseFrom([]);
const NAMES = chosen.names;
const [NAME = ''] = NAMES;
const ONE = ['--env', NAME];
const PATHS = manifestPaths(chosen.folder(NAME));
const CLUSTER = { KUBECONFIG: '/some/cluster' };

// Each test starts programs, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 60_000 });

let programs: FakePrograms;

beforeEach(() => {
  programs = new FakePrograms().add('kubectl', 'exit 0');
});
afterEach(() => {
  programs.remove();
});

describe('npm run validate', () => {
  it('checks the manifests alone where there is no cluster', async () => {
    const { status, stdout } = await programs.run(validate);
    expect(status).toBe(0);
    expect(programs.calls).toEqual([]);
    for (const name of NAMES) expect(stdout).toContain(`The manifests of ${name}: keep all policies.`);
    expect(stdout).toContain('KUBECONFIG points to no cluster');
  });

  it('asks the cluster about every file, the namespaces first, strictly and without writing', async () => {
    expect((await programs.run(validate, ONE, CLUSTER)).status).toBe(0);
    expect(PATHS[0]).toMatch(/namespaces\.yml$/);
    expect(programs.calls).toEqual(
      PATHS.map(
        (path) => `kubectl apply --dry-run=server --validate=strict --warnings-as-errors --filename ${path}`,
      ),
    );
  });

  it('wants to know which environment the cluster is', async () => {
    const { status, stderr } = await programs.run(validate, [], CLUSTER);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `This command needs one environment. Add -- --env with one of ${NAMES.join(', ')}.\n`,
    });
    expect(programs.calls).toEqual([]);
  });

  it('says which files the cluster refuses, and asks about the others nevertheless', async () => {
    programs.add('kubectl', 'case "$*" in *namespaces.yml) exit 1 ;; esac');
    const { status, stdout } = await programs.run(validate, ONE, CLUSTER);
    expect(status).toBe(1);
    expect(programs.calls).toHaveLength(PATHS.length);
    expect(stdout).toContain(`The cluster does not accept infra/manifests/${NAME}/namespaces.yml.`);
    expect(stdout).toContain(`kubectl apply -f infra/manifests/${NAME}/namespaces.yml`);
  });

  it('says so where other manifests are on the disk, or none', async () => {
    const { status, stdout } = await programs.run(validate, [...ONE, '--out', programs.folder]);
    expect(status).toBe(1);
    expect(stdout).toContain(`on the disk are others: npm run synth -- --env ${NAME}`);
  });
});

describe('npm run diff', () => {
  it('compares all files of one environment with its cluster', async () => {
    expect((await programs.run(diff, ONE)).status).toBe(0);
    expect(programs.calls).toEqual([`kubectl diff ${PATHS.map((path) => `--filename ${path}`).join(' ')}`]);
  });

  it('ends as kubectl ends, so that a difference can be told from an error', async () => {
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

  it('is synthesised beside them, with a kustomization', async () => {
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

  it('is written whole or not at all, with every mistake of every environment in one message', async () => {
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

it.each(['synth.ts', 'diff.ts', 'validate.ts'])('%s refuses an environment that is not there', (command) => {
  const { status, stderr } = programs.start(command, ['--env', 'prod']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `--env is "prod". The known environments are ${NAMES.join(', ')}.\n`,
  });
});
