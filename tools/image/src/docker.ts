import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs `docker` and returns its output, without the line break at the end.
 * @throws {Error} with the error output
 */
export async function docker(...parameters: readonly string[]): Promise<string> {
  const { stdout } = await dockerOutput(...parameters);
  return stdout.trimEnd();
}

/** Runs `docker` and returns both outputs. */
export const dockerOutput = (...parameters: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)('docker', parameters, { cwd: ROOT });

/** Runs `docker` with the terminal of this process. @returns its exit code */
export async function dockerHere(...parameters: readonly string[]): Promise<number> {
  const child = spawn('docker', parameters, { cwd: ROOT, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
