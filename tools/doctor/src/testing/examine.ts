import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisCli } from '@user-management/servers';
import { onTestFinished } from 'vitest';
import { examineLocally } from '../local/index.ts';

/** Runs the doctor with these variables in development, and returns the result of one check. */
export async function examine(name: string, env: Record<string, string>) {
  const results = await examineLocally({ APP_ENV: 'development', DATABASE_URL: 'memory:', ...env });
  const result = results.find((one) => one.name === name);
  if (!result) throw new Error(`There is no check ${name}.`);
  return { ...result, mend: 'mend' in result ? result.mend : '' };
}

/** The variables for a server, or for a closed port. */
export const at = ({ host, port }: { readonly host: string; readonly port: number }) => ({
  REDIS_HOST: host,
  REDIS_PORT: String(port),
});

export async function send(url: string, ...commands: readonly string[]): Promise<void> {
  for (const command of commands) await redisCli(url, ...command.split(' '));
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}
