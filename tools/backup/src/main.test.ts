import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

it('explains itself', () => {
  const { status, stdout } = run('backup', '--help');
  expect(status).toBe(0);
  expect(stdout).toContain('npm run restore -- FILE [--replace]');
});

it.each([
  [['restore', 'users.backup', '--force'], "Unknown option '--force'"],
  [['backup'], 'Name one file.'],
  [['backup', 'one.backup', 'two.backup'], 'Name one file.'],
])('refuses %j with its usage and without a stack', (args, problem) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(64);
  expect(stderr).toContain(problem);
  expect(stderr).toContain('usage: npm run backup -- FILE');
  expect(stderr).not.toContain('    at ');
});
