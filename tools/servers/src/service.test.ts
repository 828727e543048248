import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { accepts } from './running/accepts.ts';
import { MEMORY, V8_FLAGS } from './service.ts';
import { startOwner } from './testing/owner.ts';

it('the service ends when the process that started it is killed', async () => {
  const owner = await startOwner(`await servers.startService({ DATABASE_URL: 'memory:' })`);
  const { hostname, port } = new URL(owner.url);
  expect(await accepts(hostname, Number(port))).toBe(true);
  owner.kill();
  await expect.poll(() => accepts(hostname, Number(port)), { timeout: 20_000 }).toBe(false);
}, 30_000);

it('starts the service with the memory that it has in the image and with npm start', () => {
  const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
  const tunables = `GLIBC_TUNABLES=${MEMORY.GLIBC_TUNABLES}`;
  expect(scripts.start.split(' ')).toEqual(expect.arrayContaining([tunables, ...V8_FLAGS]));
  const stages = read('Dockerfile').split('\nFROM ');
  // Node uses what it has compiled only with the flags with which it did.
  const build = stages.find((stage) => stage.startsWith('dependencies AS build\n'));
  expect(build).toContain(`set -- ${V8_FLAGS.join(' ')}; `);
  for (const stage of stages.slice(-2)) {
    expect(stage).toContain(`${tunables}\n`);
    expect(stage).toContain(JSON.stringify(['node', ...V8_FLAGS, 'service.cjs']).replaceAll(',', ', '));
  }
});
