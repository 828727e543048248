import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });

it('explains itself', () => {
  const { status, stdout, stderr } = run('--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('--scope SCOPE');
});

it('writes the entry to the standard output, and the token beside it', () => {
  const { status, stdout, stderr } = run('--name', 'billing', '--scope', 'introspect');
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ name: 'billing', scopes: ['introspect'] });
  expect(stdout).not.toContain('svc_');
  expect(stderr).toMatch(/^svc_\S{43}$/m);
});

it('refuses a wrong option with its usage', () => {
  const { status, stdout, stderr } = run('--name', 'billing');
  expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
  expect(stderr).toMatch(/^--scope must be .*\nusage: npm run service-token/);
});
