import { createRequire } from 'node:module';
import { basename } from 'node:path';
import type * as argon2 from 'argon2';

export type Argon2 = typeof argon2;

/** The native library cannot be loaded. The message contains the remedy. */
export class Argon2Unavailable extends Error {}

/**
 * Loads the native library on the call, not on import, so that the start can report a failure.
 * @throws {Argon2Unavailable}
 */
export function loadArgon2(load: (name: string) => unknown = createRequire(import.meta.url)): Argon2 {
  try {
    return loadFastest(load);
  } catch (cause) {
    throw new Argon2Unavailable(`argon2 cannot be loaded: ${adviseOn(String(cause))}`, { cause });
  }
}

/**
 * With this variable, the package looks for its binary in another folder. The image names a build for newer
 * CPUs there.
 */
const FASTER_BUILD = 'ARGON2_PREBUILD';

function loadFastest(load: (name: string) => unknown): Argon2 {
  try {
    return load('argon2') as Argon2;
  } catch (error) {
    if (!process.env[FASTER_BUILD]) throw error;
    // This CPU is older, or of an architecture that has no such build.
    process.env[FASTER_BUILD] = '';
    return load('argon2') as Argon2;
  }
}

/**
 * Names the build of the native library: `default` for that of the package or image, else the CPU level of a
 * faster one, such as `x86-64-v3`. @throws {Argon2Unavailable}
 */
export function argon2Build(): string {
  loadArgon2();
  return basename(process.env[FASTER_BUILD] ?? '') || 'default';
}

// The linker records the CPU level of the compilation (-mneeded), and glibc compares it with the CPU. Without
// this record, the process would die of an illegal instruction at the first password.
const adviseOn = (reason: string): string =>
  reason.includes('CPU ISA level')
    ? 'this CPU is older than the one that the library was compiled for. ' +
      'Build the image for an older level (build argument ' +
      'CPU_LEVEL, such as x86-64), or run it on a newer CPU.'
    : reason;
