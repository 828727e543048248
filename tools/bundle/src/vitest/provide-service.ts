import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleService } from '../bundle.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Vitest loads a global setup as a new module for each project, so the shared state is outside of it. */
const SHARED = Symbol.for('@user-management/bundle:service');
const all = globalThis as Record<symbol, Promise<void> | undefined>;

/**
 * A global setup of Vitest. Tests of the run start the service as the image does. A start from the sources
 * takes three times the processor time.
 */
export default (): Promise<void> => (all[SHARED] ??= provideService());

async function provideService(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'service-'));
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  await bundleService(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  // Also for processes that tests start.
  process.env['TEST_SERVICE'] = join(folder, 'service.cjs');
}
