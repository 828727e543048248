import { startRedis } from '@user-management/servers';
import { onTestFinished } from 'vitest';
import type { connectRaw } from './connect.ts';

/** The URL of a new server, which stops after the test. A limit of memory holds for all databases of one. */
export async function ownRedis(): Promise<string> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  return server.url;
}

/** Does it while Redis refuses what needs memory. */
export async function whileFull(
  raw: Awaited<ReturnType<typeof connectRaw>>,
  work: () => Promise<unknown>,
): Promise<void> {
  await raw.configSet('maxmemory', '1');
  try {
    await work();
  } finally {
    await raw.configSet('maxmemory', '0');
  }
}
