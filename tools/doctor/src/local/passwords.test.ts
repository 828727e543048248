import { expect, it, onTestFinished, vi } from 'vitest';
import { examine } from '../testing/examine.ts';

const CLOSED = { REDIS_HOST: '127.0.0.1', REDIS_PORT: '1' };

it('names the build of argon2 that the service would take', async () => {
  expect(await examine('argon2', CLOSED)).toMatchObject({
    status: 'ok',
    saw: 'Passwords are hashed by the default build, which older CPUs run too.',
  });
  // The library is loaded already, so the folder need not exist.
  vi.stubEnv('ARGON2_PREBUILD', '/app/node_modules/argon2/x86-64-v3');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await examine('argon2', CLOSED)).toMatchObject({
    status: 'ok',
    saw: 'Passwords are hashed by the build for x86-64-v3.',
  });
});
