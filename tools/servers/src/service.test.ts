import { expect, it } from 'vitest';
import { accepts } from './running/accepts.ts';
import { startOwner } from './testing/owner.ts';

it('the service ends when the process that started it is killed', async () => {
  const owner = await startOwner(`await servers.startService({ DATABASE_URL: 'memory:' })`);
  const { hostname, port } = new URL(owner.url);
  expect(await accepts(hostname, Number(port))).toBe(true);
  owner.kill();
  await expect.poll(() => accepts(hostname, Number(port)), { timeout: 20_000 }).toBe(false);
}, 30_000);
