import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from './root.mjs';

const RUN = fileURLToPath(new URL('run.mjs', import.meta.url));

describe('run.mjs', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'run-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const start = (script: string, ...parameters: string[]) => {
    writeFileSync(join(folder, 'script.ts'), script);
    const child = spawn(process.execPath, [RUN, join(folder, 'script.ts'), ...parameters]);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    return {
      child,
      end: once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal, output })),
    };
  };

  it('runs TypeScript, with the parameters that it was given', async () => {
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

  it('passes on one SIGINT for a Ctrl-C that comes from the terminal and from npm', async () => {
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
  it('replace the shell that npm starts, which would die of a signal that was meant for them', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(
      Object.values(scripts).filter((script) => !script.startsWith('exec node tools/bootstrap/')),
    ).toEqual([]);
  });
});
