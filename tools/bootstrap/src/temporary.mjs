import { accessSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system in memory on Linux. In a container it is often small, and runs no programs. */
const MEMORY = '/dev/shm';

/** Seven times of what a run takes on two cores. */
const ENOUGH_BYTES = 2 * 1024 ** 3;

/**
 * Where tests put their temporary files: in memory where there is room. A PostgreSQL makes 300 files for each
 * database, and on a disk that takes most of its CPU time. A killed server keeps its files in memory too.
 * @param {NodeJS.ProcessEnv} env
 */
export function temporaryFolder(env = process.env, memory = MEMORY, enough = ENOUGH_BYTES) {
  const given = env['TMPDIR'] ?? '';
  return given === '' && hasRoom(memory, enough) && runsPrograms(memory) ? memory : tmpdir();
}

/** @param {string} folder @param {number} bytes */
function hasRoom(folder, bytes) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= bytes;
  } catch {
    return false;
  }
}

/** @param {string} folder */
function runsPrograms(folder) {
  try {
    const within = mkdtempSync(join(folder, 'tests-'));
    try {
      writeFileSync(join(within, 'program'), '', { mode: 0o755 });
      accessSync(join(within, 'program'), constants.X_OK);
      return true;
    } finally {
      rmSync(within, { recursive: true });
    }
  } catch {
    return false;
  }
}
