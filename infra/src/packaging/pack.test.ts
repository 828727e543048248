import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pack } from './pack.ts';

// The test compiles twice, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

const APP = `
import { App } from 'cdk8s';
import { InvalidOptions, Monitoring, Namespaces, Redis, UserManagement } from '@user-management/infra';

const app = new App();
new Namespaces(app, 'namespaces', { names: ['accounts', 'cache'] });
const redis = new Redis(app, 'redis', { namespace: 'cache', storage: '16Gi', memory: '2Gi' });
const image: string = 'registry.example/user-management@sha256:${'a'.repeat(64)}';
const users = new UserManagement(app, 'users', { namespace: 'accounts', image, redis });
new Monitoring(app, 'monitoring', { of: users, select: { release: 'prometheus' } });
app.synth();
console.log(users.serviceName, users.port, users.deployment.name, redis.host);
try {
  new UserManagement(app, 'wrong', { namespace: 'accounts', image: 'users:latest', redis });
} catch (error) {
  console.log(error instanceof InvalidOptions, (error as Error).message.split('\\n').at(-1));
}
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'app-'));
  const packed = mkdtempSync(join(folder, 'packed-'));
  const installed = join(folder, 'node_modules/@user-management/infra');
  mkdirSync(installed, { recursive: true });
  run('tar', ['-xzf', pack(packed), '-C', installed, '--strip-components=1']);
  linkDependencies(installed);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'app.ts'), APP);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Links the packages of this workspace as npm would install them. */
function linkDependencies(installed: string): void {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  ) as {
    dependencies: Record<string, string>;
    peerDependencies: Record<string, string>;
  };
  const names = Object.keys({ ...dependencies, ...peerDependencies });
  for (const name of names.filter((one) => !one.startsWith('@user-management/'))) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(MODULES, name), place);
  }
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

it('synthesises in a separate app, with the checks of an environment', () => {
  expect(run(process.execPath, ['app.ts']).split('\n')).toEqual([
    'user-management 80 user-management redis.cache.svc.cluster.local',
    'true - image is "users:latest". It must be an image with a whole version as its tag (name:1.2.3) ' +
      'or with its digest (name:1.2.3@sha256:…).',
    '',
  ]);
  expect(readdirSync(join(folder, 'dist'))).toEqual([
    'monitoring.k8s.yaml',
    'namespaces.k8s.yaml',
    'redis.k8s.yaml',
    'users.k8s.yaml',
  ]);
  const redis = readFileSync(join(folder, 'dist/redis.k8s.yaml'), 'utf8');
  expect(redis).toContain('kubernetes.io/metadata.name: accounts');
  expect(readFileSync(join(folder, 'dist/users.k8s.yaml'), 'utf8')).toContain(
    'value: redis.cache.svc.cluster.local',
  );
  expect(readFileSync(join(folder, 'dist/monitoring.k8s.yaml'), 'utf8')).toContain(
    'namespace=\\"accounts\\"',
  );
});

it('has types that a compiler accepts', () => {
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--skipLibCheck', '--types', 'node'];
  const roots = ['--typeRoots', join(MODULES, '@types')];
  run(process.execPath, [join(MODULES, 'typescript/bin/tsc'), ...options, ...roots, 'app.ts']);
});
