import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { argon2Build, Argon2Unavailable, loadArgon2 } from './load-argon2.ts';

describe('loadArgon2', () => {
  afterEach(() => delete process.env['ARGON2_PREBUILD']);

  it('takes the build of the package where a faster one cannot be loaded', () => {
    // Another test file of this process may have loaded it.
    const { cache } = createRequire(import.meta.url);
    for (const path of Object.keys(cache)) if (path.includes('argon2')) Reflect.deleteProperty(cache, path);
    process.env['ARGON2_PREBUILD'] = tmpdir();
    expect(loadArgon2().argon2id).toBe(2);
    expect(argon2Build()).toBe('default');
  });

  it('takes the faster build where it can be loaded, and says which one', () => {
    process.env['ARGON2_PREBUILD'] = join('/app', 'argon2', 'x86-64-v3');
    const loaded = loadArgon2((name) => ({ name, from: process.env['ARGON2_PREBUILD'] }));
    expect(loaded).toEqual({ name: 'argon2', from: '/app/argon2/x86-64-v3' });
    expect(argon2Build()).toBe('x86-64-v3');
  });

  it('says why no build can be loaded', () => {
    const load = () =>
      loadArgon2(() => {
        throw new Error('No native build was found');
      });
    expect(load).toThrow(Argon2Unavailable);
    expect(load).toThrow(/^argon2 cannot be loaded: .*No native build was found/);
  });

  it('says what to do when the CPU is too old for the binary', () => {
    // What glibc 2.36 says of a library whose note asks for a level that the CPU does not have.
    const refusal = new Error(
      '/app/node_modules/argon2/build/Release/argon2.node: CPU ISA level is lower than required',
    );
    const load = () =>
      loadArgon2(() => {
        throw refusal;
      });
    expect(load).toThrow(/this CPU is older than the one that the library was compiled for.*CPU_LEVEL/);
    expect(load).toThrow(expect.objectContaining({ cause: refusal }));
  });
});
