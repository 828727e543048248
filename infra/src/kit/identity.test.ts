import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SERVICE_IDENTITY } from './identity.ts';

it('runs as the user of the image', () => {
  const dockerfile = readFileSync(new URL('../../../Dockerfile', import.meta.url), 'utf8');
  expect(dockerfile).toContain(`\nUSER ${SERVICE_IDENTITY.uid}:${SERVICE_IDENTITY.gid}\n`);
});
