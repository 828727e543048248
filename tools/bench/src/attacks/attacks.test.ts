import { afterAll, beforeAll, expect, it } from 'vitest';
import { ATTACKS } from './attacks.ts';
import { openTarget, type Target } from './target.ts';

let target: Target;
beforeAll(async () => {
  target = await openTarget();
});
afterAll(() => target.close());

it('credential stuffing meets the limit of each address, and keeps nobody out', async () => {
  const found = await ATTACKS.credentialStuffing(target, 0.02);
  expect(found.passwords).toBeLessThanOrEqual(found.mostPasswords);
  expect(found.refused).toBe(found.requests - found.passwords);
  expect(found.victims).toBe('known devices 0, new ones 0 of 2');
});

it('a targeted guess gets five passwords, and keeps no known device out', async () => {
  const found = await ATTACKS.targetedGuess(target, 0.04);
  expect(found.passwords).toBeGreaterThanOrEqual(5);
  expect(found.passwords).toBeLessThanOrEqual(found.mostPasswords);
  expect(found.victims).toMatch(/^known devices 0, /);
});

it('a spray of one password meets the limit of each address, and keeps nobody out', async () => {
  const found = await ATTACKS.passwordSpray(target, 0.03);
  expect(found.passwords).toBeLessThanOrEqual(found.mostPasswords);
  expect(found.refused).toBeGreaterThan(0);
  expect(found.victims).toBe('known devices 0, new ones 0 of 3');
});

it('strangers who fail on purpose never keep a known device out', async () => {
  const found = await ATTACKS.lockout(target, 0.1);
  expect(found.passwords).toBeGreaterThanOrEqual(5);
  expect(found.passwords).toBeLessThanOrEqual(found.mostPasswords);
  expect(found.victims).toMatch(/^0 of [1-9]\d* logins$/);
});

it('a flood of resets brings five mails', async () => {
  expect(await ATTACKS.resetFlood(target, 0.05)).toMatchObject({ passwords: 0, victims: '5 mails' });
});

it.each(['madeUpLogins', 'madeUpResets'] as const)('%s take less than 2 KiB each', async (name) => {
  const { bytes, requests, wrong } = await ATTACKS[name](target, 0.02);
  expect(wrong).toBe(name === 'madeUpLogins' ? requests : 0);
  expect(bytes / requests).toBeLessThan(2_048);
});

it('a forged X-Forwarded-For gives nobody a second count', async () => {
  const { victims } = await ATTACKS.forgedAddresses(target, 0.2);
  const [, allowed, most] = /^(\d+) allowed, at most (\d+) wanted$/.exec(victims) ?? [];
  expect(Number(allowed)).toBeLessThanOrEqual(Number(most));
});
