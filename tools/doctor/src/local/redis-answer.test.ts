import { expect, it } from 'vitest';
import { redisAnswer } from './redis-answer.ts';

it('does not name the user', () => {
  const cause = new Error("NOPERM User app has no permissions to run the 'info' command");
  const answer = redisAnswer(new Error('redis cannot be used', { cause }));
  expect(answer).toBe("NOPERM this user has no permissions to run the 'info' command");
});
