import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@user-management/domain';
import { openSqlite } from '@user-management/sql';
import { onTestFinished } from 'vitest';

/** A store of its own that is removed at the end of the test. */
export async function temporarySqlite(logger: Logger) {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  const store = await openSqlite({ path: join(folder, 'users.db'), logger });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return store;
}
