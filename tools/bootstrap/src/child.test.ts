import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './root.mjs';

/**
 * Does the same as `run.mjs` after the installation. An installation would remove the packages of other
 * tests.
 */
const WRAPPER = `
  const { endLike, runHere } = await import('${import.meta.resolve('./child.mjs')}');
  endLike(await runHere('node', process.argv.slice(1)));`;

describe('a program that replaces this one', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (code: string, ...parameters: string[]) => {
    const script = join(folder, 'script.ts');
    writeFileSync(script, code);
    const child = spawn(process.execPath, ['--input-type=module', '-e', WRAPPER, script, ...parameters]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return {
      child,
      end: once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal, output })),
    };
  };

  it('runs TypeScript with the given parameters', async () => {
    const { end } = start(
      'const text: string = process.argv.slice(2).join(); process.stdout.write(text);',
      'a',
      '--b',
    );
    expect(await end).toEqual({ code: 0, signal: null, output: 'a,--b' });
  });

  it.each([0, 1, 78])('ends with the exit code %d of the script', async (code) => {
    expect(await start(`process.exit(${code})`).end).toMatchObject({ code });
  });

  it('ends by the signal that ended the script', async () => {
    expect(await start("process.kill(process.pid, 'SIGKILL')").end).toMatchObject({ signal: 'SIGKILL' });
  });

  const counting = `
    let signals = 0;
    process.on('SIGINT', () => { signals += 1; process.stdout.write(signals + ' '); });
    process.on('SIGTERM', () => { process.stdout.write('end'); process.exit(0); });
    setInterval(() => {}, 1000);
    process.stdout.write('ready ');`;

  it('gets one SIGINT for a Ctrl-C that comes from both the terminal and npm', async () => {
    const { child, end } = start(counting);
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect(await end).toEqual({ code: 0, signal: null, output: 'ready 1 end' });
  });
});

describe('the scripts of the workspace', () => {
  it('replace the shell of npm, because a signal would end that shell before them', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const programs = Object.values(scripts).filter((script) => script.includes('tools/bootstrap/'));
    expect(programs).toContain(scripts['start']);
    expect(programs.filter((script) => !/^exec (env [A-Z_]+=\S+ )?node /.test(script))).toEqual([]);
  });
});
