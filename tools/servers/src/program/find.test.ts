import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { find, findOnHost, type Machine } from './find.ts';
import type { Program } from './program.ts';

const program: Program = {
  name: 'Example',
  variables: 'TEST_EXAMPLE',
  image: 'example:1',
  port: 1,
  folderInContainer: '/',
  binary: 'example-server',
  binaryFolders: [],
  package: 'example-package',
  files: () => ({}),
  command: () => [],
  ready: /ready/,
};

describe('find', () => {
  let folder: string;
  let installed: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'find-'));
    installed = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const putBinary = (): void => {
    writeFileSync(join(folder, 'example-server'), '');
    chmodSync(join(folder, 'example-server'), 0o755);
  };

  /** A machine without any program by default. An installed program is on the PATH. */
  const machine = (has: Partial<Machine> = {}): Machine => ({
    env: { PATH: folder },
    dockerHasImage: () => Promise.resolve(false),
    canInstall: () => false,
    install(name) {
      installed.push(name);
      putBinary();
      return Promise.resolve();
    },
    ...has,
  });
  const withDocker = { dockerHasImage: () => Promise.resolve(true) };

  it('prefers Docker to a binary', async () => {
    putBinary();
    expect(await find(program, undefined, machine(withDocker))).toEqual({ from: 'docker' });
  });

  it('uses a binary on the PATH when Docker does not answer', async () => {
    putBinary();
    expect(await find(program, undefined, machine())).toEqual({ from: 'binary', folder });
  });

  it('also looks in the folders of the distribution', async () => {
    putBinary();
    const packaged = { ...program, binaryFolders: [`${folder.slice(0, -2)}*`] };
    expect(await find(packaged, undefined, machine({ env: {} }))).toEqual({ from: 'binary', folder });
  });

  it('installs the package when it finds neither and has the right to', async () => {
    expect(await find(program, undefined, machine({ canInstall: () => true }))).toEqual({
      from: 'binary',
      folder,
    });
    expect(installed).toEqual(['example-package']);
  });

  it('says what to install when it has no right to', async () => {
    await expect(find(program, undefined, machine())).rejects.toThrow(
      /Start Docker, or install Example \(.*apt-get install example-package`\), or set TEST_EXAMPLE_URL/,
    );
    expect(installed).toEqual([]);
  });

  it('installs a program that runs on this machine only, or says what to install', async () => {
    await expect(findOnHost(program, machine(withDocker))).rejects.toThrow(
      /^The tests need a real Example, and `example-server` is not on the PATH\. Install it \(.*example-package/,
    );
    expect(await findOnHost(program, machine({ canInstall: () => true }))).toBe(folder);
    expect(installed).toEqual(['example-package']);
  });

  it.each(['binary', 'docker'])('uses a %s when the environment says so', async (from) => {
    putBinary();
    const env = { PATH: folder, TEST_EXAMPLE_FROM: from };
    expect(await find(program, undefined, machine({ ...withDocker, env }))).toMatchObject({ from });
  });

  it('does not fall back to a binary when the caller requires Docker', async () => {
    putBinary();
    await expect(find(program, 'docker', machine())).rejects.toThrow(
      'TEST_EXAMPLE_FROM=docker, but no Docker',
    );
  });

  it('refuses an unknown word', async () => {
    const env = { TEST_EXAMPLE_FROM: 'podman' };
    await expect(find(program, undefined, machine({ env }))).rejects.toThrow('must be docker or binary');
  });
});
