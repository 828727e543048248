import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger, sampleSecrets } from '@user-management/conformance';
import { readSettings } from '@user-management/settings';
import { expect, it, onTestFinished } from 'vitest';
import { readSecretKey } from './secret-key.ts';

const KEY = sampleSecrets.newSecret();

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'secret-key-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

const development = readSettings({});

it('is the one of the settings', async () => {
  const settings = readSettings({ SECRET_KEY: KEY });
  expect(await readSecretKey(settings, sampleSecrets, new RecordingLogger(), '/nowhere')).toBe(KEY);
});

it('is missing in production without one', async () => {
  const settings = readSettings({ APP_ENV: 'production' });
  expect(await readSecretKey(settings, sampleSecrets, new RecordingLogger(), '/nowhere')).toBeUndefined();
});

it('is made once in development, for the owner alone', async () => {
  const file = join(await folder(), 'data', 'secret-key');
  const logger = new RecordingLogger();
  const keys = await Promise.all(
    Array.from({ length: 5 }, () => readSecretKey(development, sampleSecrets, logger, file)),
  );
  expect(new Set(keys).size).toBe(1);
  expect(await readSecretKey(development, sampleSecrets, logger, file)).toBe(keys[0]);
  expect((await readFile(file, 'utf8')).trim()).toBe(keys[0]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(logger.lines).toEqual([]);
});

it.each([
  ['is in the way of a folder', 'plain/secret-key'],
  ['holds no key', 'broken'],
])('lives as long as the process when the file %s', async (_, name) => {
  const path = await folder();
  await writeFile(join(path, 'plain'), '');
  await writeFile(join(path, 'broken'), 'not a key');
  const logger = new RecordingLogger();
  const key = await readSecretKey(development, sampleSecrets, logger, join(path, name));
  expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(logger.lines).toMatchObject([{ level: 'warn' }]);
  expect(JSON.stringify(logger.lines)).not.toContain(String(key));
});
