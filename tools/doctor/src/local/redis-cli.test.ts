import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '@user-management/settings';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/examine.ts';
import { redisCli } from './redis-cli.ts';

const commandFor = (env: Record<string, string>) => redisCli({ env, settings: () => readSettings(env) });

describe('redisCli', () => {
  it('names host, port and database, and the cluster', () => {
    expect(commandFor({ REDIS_PORT: '7000', REDIS_DB: '2' })).toBe('redis-cli -h localhost -p 7000 -n 2');
    expect(commandFor({ REDIS_MODE: 'cluster', REDIS_NODES: 'a:1,b:2' })).toBe('redis-cli -h a -p 1 -c');
  });

  it('asks the sentinels first', () => {
    expect(commandFor({ REDIS_MODE: 'sentinel', REDIS_NODES: 'a:1,b:2' })).toBe(
      'set -- $(redis-cli -h a -p 1 SENTINEL GET-MASTER-ADDR-BY-NAME mymaster); redis-cli -h $1 -p $2',
    );
  });

  it('leaves secrets where they are, for the shell to find', () => {
    const folder = temporaryFolder();
    const REDIS_PASSWORD_FILE = join(folder, 'password');
    writeFileSync(REDIS_PASSWORD_FILE, 'from a file\n');
    writeFileSync(join(folder, 'redis-cli'), '#!/bin/sh\necho "$REDISCLI_AUTH, $*"', { mode: 0o755 });
    const run = (env: Record<string, string>) =>
      execFileSync('/bin/sh', ['-c', commandFor(env)], {
        encoding: 'utf8',
        env: { ...env, PATH: `${folder}:/usr/bin:/bin` },
      });
    expect(run({ REDIS_PASSWORD_FILE })).toBe('from a file, -h localhost -p 6379\n');
    expect(run({ REDIS_USERNAME: 'app', REDIS_PASSWORD: '$a "b"' })).toBe(
      '$a "b", -h localhost -p 6379 --user app\n',
    );
  });
});
