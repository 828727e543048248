import { once } from 'node:events';
import type { Api } from './api.ts';
import type { Output } from './output.ts';
import { Progress } from './progress.ts';

/** Writes all users, no faster than its reader reads. @throws {Failed} */
export async function exportUsers(api: Api, hashes: boolean, { stdout, stderr }: Output): Promise<void> {
  const progress = new Progress(stderr);
  let count = 0;
  for await (const line of await api.stream('GET', `/export?hashes=${String(hashes)}`)) {
    if (!stdout.write(`${line}\n`)) await once(stdout, 'drain');
    progress.show(undefined, `Users: ${++count}`);
  }
  progress.clear();
}
