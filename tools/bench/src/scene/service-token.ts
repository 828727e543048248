import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const SERVICE_TOKEN = `svc_${'A'.repeat(43)}`;

/** A list with one service, which has `SERVICE_TOKEN`. @returns its path */
export async function letIn(folder: string, ...scopes: readonly string[]): Promise<string> {
  const path = join(folder, 'service-tokens.json');
  const sha256 = createHash('sha256').update(SERVICE_TOKEN).digest('hex');
  await writeFile(path, JSON.stringify([{ name: 'bench', sha256, scopes }]));
  return path;
}
