import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Argon2Unavailable, loadArgon2 } from './load-argon2.ts';

describe('loadArgon2', () => {
  it('says why the library cannot be loaded, and loads it once it can', () => {
    // Another test file of this process may have loaded it.
    const { cache } = createRequire(import.meta.url);
    for (const path of Object.keys(cache)) if (path.includes('argon2')) Reflect.deleteProperty(cache, path);
    // Where the package looks for its binary instead of its own folder.
    process.env['ARGON2_PREBUILD'] = tmpdir();
    try {
      expect(() => loadArgon2()).toThrow(Argon2Unavailable);
      expect(() => loadArgon2()).toThrow(/^argon2 cannot be loaded: .*No native build was found/);
    } finally {
      delete process.env['ARGON2_PREBUILD'];
    }
    expect(loadArgon2().argon2id).toBe(2);
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
