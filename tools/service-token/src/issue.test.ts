import { NodeSecrets } from '@user-management/crypto';
import { parseServiceToken } from '@user-management/domain';
import { parseList, SERVICE_LIST } from '@user-management/files';
import { describe, expect, it } from 'vitest';
import { issue, Refused } from './issue.ts';

const secrets = new NodeSecrets();
const issued = (...args: string[]) => issue(args, secrets);

describe('service-token', () => {
  it('makes a token and the entry that lets it in', () => {
    const args = ['--name', 'billing', '--scope', 'introspect', '--scope', 'users:read'];
    const { token, entry } = issued(...args, '--not-after', '2027-01-01T00:00:00+01:00');
    expect(parseServiceToken(token)).toBe(token);
    expect(JSON.stringify(entry)).not.toContain(token.slice(4));
    expect(parseList(JSON.stringify([entry]), SERVICE_LIST)).toEqual([
      {
        name: 'billing',
        digest: secrets.digest(token),
        scopes: ['introspect', 'users:read'],
        notAfter: Date.UTC(2026, 11, 31, 23),
      },
    ]);
  });

  it('never makes a token twice', () => {
    const [one, other] = [issued, issued].map((make) => make('--name', 'a', '--scope', 'introspect'));
    expect(one?.token).not.toBe(other?.token);
  });

  it.each([
    [[], '--name must be'],
    [['--name', 'Billing', '--scope', 'introspect'], '--name must be'],
    [['--name', 'billing'], '--scope must be a list of at least one of introspect'],
    [['--name', 'billing', '--scope', 'all'], '--scope must be'],
    [['--name', 'billing', '--scope', 'introspect', '--not-after', 'tomorrow'], '--not-after must be a time'],
    [['--nam', 'billing'], "Unknown option '--nam'"],
    [['billing'], "Unexpected argument 'billing'"],
  ])('refuses %j', (args, message) => {
    expect(() => issued(...args)).toThrow(Refused);
    expect(() => issued(...args)).toThrow(message);
  });
});
