import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readSettings, type Settings } from './read-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
const path = join(folder, 'file');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let warnings: string[];
beforeEach(() => {
  warnings = [];
});

const [ONE, OTHER] = rootCertificates as [string, string];

/** Reads settings of which one variable comes from the file. */
function read(variable: string, content: string): Settings {
  writeFileSync(path, content);
  const surroundings: Record<string, Record<string, string>> = {
    REDIS_USERNAME_FILE: { REDIS_PASSWORD: 'x' },
    REDIS_TLS_CA_FILE: { REDIS_TLS: 'true' },
  };
  const env = { ...surroundings[variable], [variable]: path };
  return readSettings(env, (problem) => warnings.push(problem));
}

const url = ({ database }: Settings) => (database.kind === 'postgres' ? database.url : undefined);

describe('a file that is replaced while the service runs', () => {
  it.each<[string, string, string, (settings: Settings) => { reveal(): string } | undefined]>([
    ['REDIS_USERNAME_FILE', 'blue', 'green', ({ redis }) => redis.username],
    ['REDIS_PASSWORD_FILE', 'old', 'new', ({ redis }) => redis.password],
    ['REDIS_TLS_CA_FILE', ONE, OTHER, ({ redis }) => redis.tls?.ca],
    ['DATABASE_URL_FILE', 'postgres://blue:old@db/users?a=b', 'postgres://green:new@db/users?a=b', url],
    ['DATABASE_URL_FILE', 'postgres://db/users?user=blue', 'postgres://green:new@db/users', url],
  ])('gives its new value the next time that it is asked for: %s', (variable, before, after, of) => {
    const settings = read(variable, before);
    expect(of(settings)?.reveal()).toBe(before);
    writeFileSync(path, `${after}${after === OTHER ? '' : '\n'}`);
    expect(of(settings)?.reveal()).toBe(after);
    expect(warnings).toEqual([]);
  });

  it.each<[string, string, string, string | undefined, string]>([
    ['is empty', 'REDIS_PASSWORD_FILE', 'old', '', 'which is empty'],
    ['is gone', 'REDIS_PASSWORD_FILE', 'old', undefined, 'which cannot be read (ENOENT)'],
    ['is too long', 'REDIS_PASSWORD_FILE', 'old', 'x'.repeat(2 ** 20 + 1), 'at most 1 MiB'],
    ['has a user name with a space', 'REDIS_USERNAME_FILE', 'old', 'hunter two', 'a name without spaces'],
    ['is no certificate', 'REDIS_TLS_CA_FILE', ONE, 'x', 'It must be a file with PEM certificates'],
    [
      'is no URL',
      'DATABASE_URL_FILE',
      'postgres://u:old@db/users',
      'hunter2',
      'the same URL with another user',
    ],
    ['has another database', 'DATABASE_URL_FILE', 'postgres://u:old@db/users', 'redis:', 'the same URL with'],
    [
      'has another server',
      'DATABASE_URL_FILE',
      'postgres://u:old@db/users',
      'postgres://u:hunter2@elsewhere/users',
      'the same URL with',
    ],
  ])('and %s keeps the previous value, and warns once', (_, variable, before, after, reason) => {
    const settings = read(variable, before);
    const secret = settings.redis.username ?? settings.redis.tls?.ca ?? url(settings);
    const followed = variable === 'REDIS_PASSWORD_FILE' ? settings.redis.password : secret;
    if (after === undefined) rmSync(path);
    else writeFileSync(path, after);
    expect([followed?.reveal(), followed?.reveal()]).toEqual([before, before]);
    expect(warnings).toEqual([expect.stringContaining(reason)]);
    expect(warnings[0]).toMatch(/^[A-Z_]+_FILE .*\. The service continues with the previous value\.$/);
    expect(warnings[0]).not.toContain('hunter');
  });

  it('and is not good, then good, then not good again, is warned of twice', () => {
    const { password } = read('REDIS_PASSWORD_FILE', 'one').redis;
    const revealed = ['', 'two', '', 'three'].map((content) => {
      writeFileSync(path, content);
      return password?.reveal();
    });
    expect(revealed).toEqual(['one', 'two', 'two', 'three']);
    expect(warnings).toHaveLength(2);
  });
});
