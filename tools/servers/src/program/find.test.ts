import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { find, type Machine } from './find.ts';
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
  files: {},
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

  /** Has nothing, unless told otherwise; what it installs lands on the PATH. */
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

  it('takes a binary on the PATH where no Docker answers', async () => {
    putBinary();
    expect(await find(program, undefined, machine())).toEqual({ from: 'binary', folder });
  });

  it('looks in the folders of the distribution as well', async () => {
    putBinary();
    const packaged = { ...program, binaryFolders: [`${folder.slice(0, -2)}*`] };
    expect(await find(packaged, undefined, machine({ env: {} }))).toEqual({ from: 'binary', folder });
  });

  it('installs the package where there is neither and it may', async () => {
    expect(await find(program, undefined, machine({ canInstall: () => true }))).toEqual({
      from: 'binary',
      folder,
    });
    expect(installed).toEqual(['example-package']);
  });

  it('says what to install where it may not', async () => {
    await expect(find(program, undefined, machine())).rejects.toThrow(
      /Start Docker, or install Example \(.*apt-get install example-package`\), or set TEST_EXAMPLE_URL/,
    );
    expect(installed).toEqual([]);
  });

  it.each(['binary', 'docker'])('is told by the environment to use a %s', async (from) => {
    putBinary();
    const env = { PATH: folder, TEST_EXAMPLE_FROM: from };
    expect(await find(program, undefined, machine({ ...withDocker, env }))).toMatchObject({ from });
  });

  it('does not fall back on a binary where Docker was asked for', async () => {
    putBinary();
    await expect(find(program, 'docker', machine())).rejects.toThrow(
      'TEST_EXAMPLE_FROM=docker, but no Docker',
    );
  });

  it('refuses a word that it does not know', async () => {
    const env = { TEST_EXAMPLE_FROM: 'podman' };
    await expect(find(program, undefined, machine({ env }))).rejects.toThrow('accepted is docker or binary');
  });
});
