import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readArguments } from './arguments.ts';

describe('the arguments', () => {
  it('choose what takes no packages of others and no compiler, unless they say more', () => {
    expect(readArguments([])).toMatchObject({ rounds: 5, seconds: 3, users: 1_000_000, against: undefined });
    expect(readArguments([]).chosen).toContain('growth');
    expect(readArguments([]).chosen).not.toContain('rivals');
    expect(readArguments(['--against', '../other'])).toMatchObject({ chosen: [], against: '../other' });
  });

  it('are read from the command line', () => {
    const asked = readArguments(['--only', 'hashes,reads', '--rounds', '2', '--seconds', '0.5']);
    expect(asked).toMatchObject({ chosen: ['hashes', 'reads'], rounds: 2, seconds: 0.5 });
  });

  it.each(['--rounds none', '--seconds 0', '--users -1', '--only reads,speed', '--speed 1', 'now'])(
    'are refused when they are %s',
    (args) => {
      expect(() => readArguments(args.split(' '))).toThrow();
    },
  );
});

it.each([
  ['main.ts', 'npm run bench'],
  ['profile.ts', 'npm run profile'],
])('%s explains itself, and a wrong option has no stack', (file, name) => {
  const run = (option: string) =>
    spawnSync(process.execPath, [fileURLToPath(new URL(file, import.meta.url)), option], {
      encoding: 'utf8',
    });
  expect(run('--help')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(`usage: ${name}`) as string,
  });
  const { status, stderr } = run('--wrong');
  expect(status).toBe(64);
  expect(stderr).toContain("Unknown option '--wrong'");
  expect(stderr).not.toContain('    at ');
});
