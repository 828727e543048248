import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Runs `docker` and gives what it wrote, without the line break at its end.
 * @throws {Error} with what it complained about
 */
export async function docker(...parameters: readonly string[]): Promise<string> {
  const { stdout } = await dockerOutput(...parameters);
  return stdout.trimEnd();
}

/** As `docker`, with both of what it wrote. */
export const dockerOutput = (...parameters: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)('docker', parameters, { cwd: ROOT });

/** Runs `docker` with our terminal. @returns its exit code */
export async function dockerHere(...parameters: readonly string[]): Promise<number> {
  const child = spawn('docker', parameters, { cwd: ROOT, stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
