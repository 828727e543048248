import { describe, expect, it } from 'vitest';
import { latest } from './latest.ts';

const answer = (name: string, epoch: number) => Promise.resolve({ name, epoch });
const silence = (reason: string) => Promise.reject(new Error(reason));

describe('latest', () => {
  it('takes the answer of the latest failover, whoever gives it', async () => {
    const asked = [answer('outdated', 3), answer('current', 10), answer('older', 9)];
    expect(await latest(asked, 'nobody')).toEqual({ name: 'current', epoch: 10 });
  });

  it('makes do with one who answers', async () => {
    const asked = [silence('one'), answer('the only one', 0), silence('other')];
    expect(await latest(asked, 'nobody')).toEqual({ name: 'the only one', epoch: 0 });
  });

  it('gives every reason when nobody answers', async () => {
    const asked = latest([silence('one'), silence('other')], 'nobody knows');
    await expect(asked).rejects.toThrow('nobody knows');
    await expect(asked).rejects.toMatchObject({ errors: [{ message: 'one' }, { message: 'other' }] });
  });
});
