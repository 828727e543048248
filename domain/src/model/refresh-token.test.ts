import { describe, expect, it } from 'vitest';
import { parseSecret } from './digest.ts';
import { Unauthenticated } from './errors.ts';
import { parseRefreshToken, refreshTokenOf } from './refresh-token.ts';
import { parseSessionId } from './session-id.ts';

const parts = {
  sessionId: parseSessionId('ses_0190163d8694739baea5966c26f8ad91'),
  family: parseSecret(`${'f'.repeat(42)}A`),
  secret: parseSecret(`${'s'.repeat(42)}E`),
};
const token = refreshTokenOf(parts);

describe('parseRefreshToken', () => {
  it('reads what refreshTokenOf writes', () => {
    expect(token).toMatch(/^rtk_[A-Za-z0-9_-]{118}$/);
    expect(parseRefreshToken(token)).toEqual(parts);
  });

  it.each([
    [''],
    [7],
    [undefined],
    ['rtk_'],
    [`${token}A`],
    [token.slice(0, -1)],
    [`${token}\n`],
    [token.replace('rtk_', 'atk_')],
    [token.replace('0190', '019G')],
    // The last character carries four bits: another one would be a second spelling of the same token.
    [token.replace(/E$/, 'F')],
  ])('refuses %j', (input) => {
    expect(() => parseRefreshToken(input)).toThrow(Unauthenticated);
  });
});
