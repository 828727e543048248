import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RecordingLogger } from '@user-management/conformance';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followConfig } from './follow-config.ts';

describe('followConfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'follow-config-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const follow = (logger = new RecordingLogger()) =>
    followConfig(
      () => `postgres://u:p@db.example/users?sslmode=verify-full&sslrootcert=${folder}/ca.crt`,
      logger,
    );
  const certificate = (text: string) => writeFile(join(folder, 'ca.crt'), text);

  it('reads the files again for each connection', async () => {
    const config = follow();
    for (const ca of ['one', 'two']) {
      await certificate(ca);
      expect(config()).toMatchObject({ host: 'db.example', user: 'u', password: 'p', ssl: { ca } });
    }
  });

  it('keeps the parameters of the connection before while a file is missing, and warns once', async () => {
    const logger = new RecordingLogger();
    const config = follow(logger);
    await certificate('one');
    const before = config();
    await rm(join(folder, 'ca.crt'));
    expect(config()).toBe(before);
    expect(config()).toBe(before);
    expect(logger.lines).toHaveLength(1);
    expect(logger.lines[0]?.message).toContain('ca.crt');
    expect(logger.lines[0]?.message).not.toContain('u:p');
    await certificate('two');
    expect(config()).toMatchObject({ ssl: { ca: 'two' } });
  });

  it('does not start without the file', () => {
    expect(follow()).toThrow('ENOENT');
  });
});
