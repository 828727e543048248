import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manifestPaths } from './manifests.ts';
import { ENVIRONMENTS } from '../environments/index.ts';
import { FakePrograms } from '../testing/fake-programs.ts';

const NAMES = Object.keys(ENVIRONMENTS);
const [NAME = ''] = NAMES;
const ONE = ['--env', NAME];
const PATHS = manifestPaths(NAME);
const CLUSTER = { KUBECONFIG: '/some/cluster' };

// Each test starts programs, on a machine that may be busy with others.
vi.setConfig({ testTimeout: 60_000 });

let programs: FakePrograms;

beforeEach(() => {
  programs = new FakePrograms().add('kubectl', 'exit 0').add('vitest', 'exit 0');
});
afterEach(() => {
  programs.remove();
});

describe('npm run validate', () => {
  it('runs the tests alone where there is no cluster', () => {
    const { status, stdout } = programs.run('validate.ts');
    expect(status).toBe(0);
    expect(programs.calls).toEqual(['vitest run --project infra']);
    expect(stdout).toContain('KUBECONFIG points to no cluster');
  });

  it('asks the cluster about every file, the namespaces first, strictly and without writing', () => {
    expect(programs.run('validate.ts', ONE, CLUSTER).status).toBe(0);
    expect(PATHS[0]).toMatch(/namespaces\.yml$/);
    expect(programs.calls.slice(1)).toEqual(
      PATHS.map(
        (path) => `kubectl apply --dry-run=server --validate=strict --warnings-as-errors --filename ${path}`,
      ),
    );
  });

  it('wants to know which environment the cluster is', () => {
    const { status, stderr } = programs.run('validate.ts', [], CLUSTER);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `Say which one environment the cluster is, with -- --env and one of ${NAMES.join(', ')}.\n`,
    });
    expect(programs.calls).toEqual([]);
  });

  it('says which files the cluster refuses, and asks about the others nevertheless', () => {
    programs.add('kubectl', 'case "$*" in *namespaces.yml) exit 1 ;; esac');
    const { status, stdout } = programs.run('validate.ts', ONE, CLUSTER);
    expect(status).toBe(1);
    expect(programs.calls).toHaveLength(1 + PATHS.length);
    expect(stdout).toContain(`The cluster does not accept infra/manifests/${NAME}/namespaces.yml.`);
    expect(stdout).toContain(`kubectl apply -f infra/manifests/${NAME}/namespaces.yml`);
  });

  it('fails where the tests fail', () => {
    programs.add('vitest', 'exit 1');
    expect(programs.run('validate.ts').status).toBe(1);
    expect(programs.run('validate.ts', ONE, CLUSTER).status).toBe(1);
  });
});

describe('npm run diff', () => {
  it('compares all files of one environment with its cluster', () => {
    expect(programs.run('diff.ts', ONE).status).toBe(0);
    expect(programs.calls).toEqual([`kubectl diff ${PATHS.map((path) => `--filename ${path}`).join(' ')}`]);
  });

  it('ends as kubectl ends, so that a difference can be told from an error', () => {
    expect(programs.add('kubectl', 'exit 1').run('diff.ts', ONE).status).toBe(1);
    expect(programs.add('kubectl', 'exit 3').run('diff.ts', ONE).status).toBe(3);
  });
});

it.each(['synth.ts', 'diff.ts', 'validate.ts'])('%s refuses an environment that is not there', (command) => {
  const { status, stderr } = programs.run(command, ['--env', 'prod']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `--env is "prod"; accepted is ${NAMES.join(', ')}.\n`,
  });
});
