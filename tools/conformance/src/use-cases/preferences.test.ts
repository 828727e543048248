import { PreconditionFailed, type User, UserNotFound, ValidationFailed } from '@user-management/domain';
import { beforeEach, describe, expect, it } from 'vitest';
import { anApplicant, password, world } from './world.ts';
import { aUser } from '../fakes/samples.ts';

let { registerUser, users, replacePreferences, mergePreferences, clock } = world();
let user: User;

beforeEach(async () => {
  ({ registerUser, users, replacePreferences, mergePreferences, clock } = world());
  const preferences = { theme: 'dark', mail: { news: true, offers: false } };
  ({ user } = await registerUser(anApplicant({ preferences }), password));
  clock.advance(1_000);
});

describe('replacePreferences', () => {
  it('replaces all of them and notes when', async () => {
    const after = await replacePreferences(user, { language: 'de' });
    expect(after).toEqual({ ...user, preferences: { language: 'de' }, updatedAt: clock.now(), version: 2 });
    expect(await users.findById(user.id)).toEqual(after);
  });

  it('does not know an absent user', async () => {
    await expect(replacePreferences(aUser(), {})).rejects.toThrow(UserNotFound);
  });
});

describe('mergePreferences', () => {
  it('merges them and notes when', async () => {
    const after = await mergePreferences(user, { theme: null, mail: { offers: true } });
    expect(after.preferences).toEqual({ mail: { news: true, offers: true } });
    expect(after).toMatchObject({ updatedAt: clock.now(), version: 2 });
    expect(await users.findById(user.id)).toEqual(after);
  });

  it('keeps both of two patches that come at once', async () => {
    await Promise.all([mergePreferences(user, { left: 1 }), mergePreferences(user, { right: 2 })]);
    expect((await users.findById(user.id))?.preferences).toMatchObject({ left: 1, right: 2 });
  });

  it.each([
    ['size', { big: 'x'.repeat(16 * 1024 - 20) }, 'must have at most 16384 bytes'],
    ['numbers', { n: Infinity }, 'must be a number'],
  ])('writes nothing when the result outgrows the limit of %s', async (_, patch, message) => {
    await expect(mergePreferences(user, patch)).rejects.toThrow(message);
    await expect(mergePreferences(user, patch)).rejects.toThrow(ValidationFailed);
    expect(await users.findById(user.id)).toEqual(user);
  });

  it('does not know an absent user', async () => {
    await expect(mergePreferences(aUser(), {})).rejects.toThrow(UserNotFound);
  });
});

describe('a precondition', () => {
  const isFirst = (version: number): boolean => version === 1;

  it('lets a change through that was asked for the version at hand', async () => {
    expect((await replacePreferences(user, {}, isFirst)).version).toBe(2);
  });

  it('stops any other change, and nothing is written', async () => {
    const second = await mergePreferences(user, { theme: 'light' });
    await expect(replacePreferences(user, {}, isFirst)).rejects.toThrow(PreconditionFailed);
    await expect(mergePreferences(user, {}, isFirst)).rejects.toThrow(PreconditionFailed);
    expect(await users.findById(user.id)).toEqual(second);
  });

  it('lets one of twenty changes through that were asked for the same version', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) => replacePreferences(user, { n }, isFirst)),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
    expect((await users.findById(user.id))?.version).toBe(2);
  });
});
