import { describe, expect, it } from 'vitest';
import { latest } from './latest.ts';

const answer = (name: string, epoch: number) => Promise.resolve({ name, epoch });
const silence = (reason: string) => Promise.reject(new Error(reason));

describe('latest', () => {
  it('returns the answer with the latest failover, in any order of answers', async () => {
    const asked = [answer('outdated', 3), answer('current', 10), answer('older', 9)];
    expect(await latest(asked, 'no answer')).toEqual({ name: 'current', epoch: 10 });
  });

  it('needs only one answer', async () => {
    const asked = [silence('one'), answer('the only one', 0), silence('other')];
    expect(await latest(asked, 'no answer')).toEqual({ name: 'the only one', epoch: 0 });
  });

  it('throws every reason when no node answers', async () => {
    const asked = latest([silence('one'), silence('other')], 'no answer');
    await expect(asked).rejects.toThrow('no answer');
    await expect(asked).rejects.toMatchObject({ errors: [{ message: 'one' }, { message: 'other' }] });
  });
});
