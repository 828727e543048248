import { aDigest, sampleMailRate, TestClock } from '@user-management/conformance';
import { type Challenge, CodeInvalid, type Timestamp, withoutAttempt } from '@user-management/domain';
import { createMemoryStore, MemoryRateLimiter } from '@user-management/memory';
import { expect, it } from 'vitest';
import { countedChallenges, countedLimiter } from './counted-limits.ts';

function observed() {
  const told: string[] = [];
  const observer = {
    rateLimited: (limit: string) => void told.push(limit),
    accountRefused: (account: string) => void told.push(account),
  };
  return { told, observer };
}

it('reports each refusal of a limit by its name, and the account that strangers guess', async () => {
  const { told, observer } = observed();
  const limiter = countedLimiter(new MemoryRateLimiter({ clock: new TestClock(), maxEntries: 9 }), observer);
  for (let n = 0; n < 3; n++) await limiter.use({ ...sampleMailRate, limit: 1 }, 'a@example.com');
  expect(told.splice(0)).toEqual(['mail', 'mail']);
  for (const name of ['account', 'device']) {
    for (let n = 0; n < 2; n++) await limiter.try({ name, free: 1, longest: 9 }, 'a@example.com');
  }
  expect(told.splice(0)).toEqual(['account', 'a@example.com', 'device']);
  await limiter.forget({ name: 'device', free: 1, longest: 9 }, 'a@example.com');
  expect(await limiter.try({ name: 'device', free: 1, longest: 9 }, 'a@example.com')).toMatchObject({
    allowed: true,
  });
  expect(told).toEqual([]);
});

it('reports a code for a challenge that is used up, and for no other', async () => {
  const { told, observer } = observed();
  const challenges = countedChallenges(createMemoryStore().challenges, observer);
  const ids = [4, 5].map(() => aDigest());
  for (const [n, id] of ids.entries()) {
    await challenges.issue({ ...CHALLENGE, id, place: aDigest(), failures: 4 + n });
  }
  const refuse = () => {
    throw new CodeInvalid();
  };
  for (const id of ids) await expect(challenges.update(id, refuse)).rejects.toThrow(CodeInvalid);
  expect(told).toEqual(['code']);
  for (const id of ids) await challenges.update(id, withoutAttempt);
  expect(told).toEqual(['code']);
});

const CHALLENGE: Omit<Challenge, 'id' | 'place' | 'failures'> = {
  purpose: 'password-reset',
  userId: null,
  email: null,
  state: null,
  application: null,
  createdAt: 0 as Timestamp,
  expiresAt: 1_000 as Timestamp,
  version: 1,
};
